"""One local cloud, driven with boto3: what an AWS client does and what an HTTP client then sees."""
