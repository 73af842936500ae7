"""Documents as files that Xero imports, for when it cannot be reached for good."""
