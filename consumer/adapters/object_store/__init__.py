"""Where do recordings come from and results go: S3, local directories, or both?"""
