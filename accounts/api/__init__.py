"""The way in for programs: sign-in, sessions, and what every room's endpoints share."""
