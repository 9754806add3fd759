"""What the gateway's counterparts in tests share."""

import os
import ssl
import sys
import threading


def end_with_parent():
    """Ends this program when standard input does, which whoever started it holds."""
    def wait():
        sys.stdin.buffer.read()
        os._exit(0)
    threading.Thread(target=wait, daemon=True).start()


def tls(certificate, key):
    """A server's side of TLS, by files in PEM."""
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    context.load_cert_chain(certificate, key)
    return context
