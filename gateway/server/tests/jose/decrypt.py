"""Decrypt the compact JWE on standard input with the private JWK in FILE; print its payload.

The header goes to standard error. Only what the gateway promises is accepted.

usage: decrypt.py FILE
"""

import sys

from jwcrypto.jwe import JWE
from jwcrypto.jwk import JWK

ALGORITHMS = ["RSA-OAEP-256", "ECDH-ES", "A256GCM"]


def main():
    if len(sys.argv) != 2:
        sys.exit(__doc__)
    with open(sys.argv[1]) as file:
        key = JWK.from_json(file.read())
    jwe = JWE(algs=ALGORITHMS)
    jwe.deserialize(sys.stdin.read().strip(), key)
    sys.stderr.write(jwe.objects["protected"])
    sys.stdout.buffer.write(jwe.payload)


main()
