"""The second factor: an authenticator app or passkeys beside the password, and recovery codes for a lost phone."""
