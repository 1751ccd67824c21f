"""An object store on loopback that speaks S3."""

import logging
import os
from collections.abc import Iterator
from contextlib import contextmanager
from unittest.mock import patch

BUCKET = "s3://tides"


@contextmanager
def s3_bucket() -> Iterator[str]:
    """A bucket of an S3 of this process, as a URL; the environment leads this process and its children to it."""
    from moto.server import ThreadedMotoServer

    logging.getLogger("werkzeug").setLevel(logging.WARNING)
    server = ThreadedMotoServer(ip_address="127.0.0.1", port=0, verbose=False)
    server.start()
    host, port = server.get_host_and_port()
    environment = {
        "AWS_ENDPOINT_URL": f"http://{host}:{port}",
        "AWS_ACCESS_KEY_ID": "nobody",
        "AWS_SECRET_ACCESS_KEY": "nothing",
        "AWS_DEFAULT_REGION": "us-east-1",
    }
    try:
        with patch.dict(os.environ, environment):
            from fsspec.core import url_to_fs

            files, bucket = url_to_fs(BUCKET)
            files.mkdir(bucket)
            yield BUCKET
    finally:
        server.stop()
