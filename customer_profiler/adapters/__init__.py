"""What touches the world: database, spreadsheets, contact details, prices, phrases."""
