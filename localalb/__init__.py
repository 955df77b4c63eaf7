"""localalb: an Application Load Balancer and its Lambda functions on a laptop.

The control plane is moto, the functions run in processes of their own, and the data plane between them
behaves as AWS documents it and as others observed it. See README.md, and docs/ for what is faithful.
"""
