"""The key of every store in the tests."""

from cryptography.fernet import Fernet

KEY = Fernet.generate_key().decode()
