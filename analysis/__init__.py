"""From recorded voltages and heat maps to rates, temperatures and enhancements with errors."""
