"""Make a key pair: the private JWK goes into a file, the public one to standard output.

usage: generate.py rsa|p256|p384|x25519 FILE
"""

import os
import sys

from jwcrypto.jwk import JWK

KINDS = {
    "rsa": {"kty": "RSA", "size": 2048},
    "p256": {"kty": "EC", "crv": "P-256"},
    "p384": {"kty": "EC", "crv": "P-384"},
    "x25519": {"kty": "OKP", "crv": "X25519"},
}


def main():
    if len(sys.argv) != 3 or sys.argv[1] not in KINDS:
        sys.exit(__doc__)
    kind, path = sys.argv[1:]
    key = JWK.generate(use="enc", kid=f"test-{kind}", **KINDS[kind])
    # A private key, even one of a test, is for its owner alone.
    with open(os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600), "w") as file:
        file.write(key.export_private())
    print(key.export_public())


main()
