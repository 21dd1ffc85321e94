"""What speaks against a release across its components, one file each: `CONCERN = Concern(…)`."""
