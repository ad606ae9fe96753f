"""The product pictures of the two demonstration catalogues, composed as SVG and written as PNG."""
