"""Small round trips of master data: take some customers along as CSV, change them in a spreadsheet, bring them back."""
