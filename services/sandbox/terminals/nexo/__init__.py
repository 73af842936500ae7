"""A practice nexo terminal, as Adyen's are: HTTP or HTTPS, sealed messages."""
