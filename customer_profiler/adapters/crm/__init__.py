"""The targets of leads: one module a type behind ``services.ports.LeadTarget``; ``crm.yml`` chooses among them."""
