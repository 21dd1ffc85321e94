"""Where the repositories of an organization are: each file finds them in one kind of place, and has them judged."""
