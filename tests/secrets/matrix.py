#!/usr/bin/env python3
"""Live handshakes of OpenSSL and GnuTLS, of every kind that they can make, are proved; and tampered twins are found out.

  HANDLENS=build/.../handlens matrix.py [--keep DIR] [PART-OF-A-NAME...]

A row of MATRIX is one or two connections through a relay (relay.py) that writes what passes as a capture, with the key log
of the client. twins.py changes one thing in some of these captures."""
import argparse
import concurrent.futures
import json
import os
import subprocess
import sys
import tempfile
import traceback

sys.path.insert(0, os.path.dirname(os.path.abspath(__file__)))
import peers # noqa: E402 it stands beside this file
try:
    import twins
except ImportError as lacking:
    print("skipped: %s (Debian: python3-cryptography)" % lacking)
    sys.exit(77)

HANDLENS = os.path.abspath(os.environ.get("HANDLENS", "handlens"))
AT_ONCE = 6 # they mostly wait

# What the software of Debian 12 cannot do is not here: SSL 3.0 and RC4; 3DES with OpenSSL; no extended master secret with
# OpenSSL's client and server; GnuTLS's server asking GnuTLS's client to renegotiate (they give up); key updates that
# GnuTLS's server begins; compressed certificates. wolfCrypt has neither ARIA nor Camellia-GCM: these rows say so.
#
# version, suite, group, authentication (server/client), software (client>server), what happens
MATRIX = """
# TLS 1.3: every suite with several groups and keys
1.3 AES_128_GCM_SHA256                       x25519     rsa              openssl         full
1.3 AES_128_GCM_SHA256                       secp256r1  p256             gnutls          full
1.3 AES_128_GCM_SHA256                       ffdhe2048  ed25519          openssl         full
1.3 AES_128_GCM_SHA256                       x448       ed448            gnutls          full
1.3 AES_128_GCM_SHA256                       secp384r1  rsa-pss          openssl>gnutls  full
1.3 AES_128_GCM_SHA256                       secp521r1  p521             gnutls>openssl  full
1.3 AES_256_GCM_SHA384                       x25519     p384             openssl         full
1.3 AES_256_GCM_SHA384                       secp256r1  rsa-pss          gnutls          full
1.3 AES_256_GCM_SHA384                       secp384r1  rsa              gnutls          full
1.3 AES_256_GCM_SHA384                       secp521r1  p521             openssl         full
1.3 AES_256_GCM_SHA384                       x448       ed25519          openssl>gnutls  full
1.3 AES_256_GCM_SHA384                       ffdhe3072  ed448            openssl         full
1.3 CHACHA20_POLY1305_SHA256                 x25519     ed25519          gnutls          full
1.3 CHACHA20_POLY1305_SHA256                 x448       rsa              openssl         full
1.3 CHACHA20_POLY1305_SHA256                 secp521r1  p384             gnutls          full
1.3 CHACHA20_POLY1305_SHA256                 ffdhe2048  p256             gnutls          full
1.3 CHACHA20_POLY1305_SHA256                 secp256r1  ed448            gnutls>openssl  full
1.3 AES_128_CCM_SHA256                       x25519     p256             openssl         full
1.3 AES_128_CCM_SHA256                       ffdhe3072  rsa              gnutls          full
1.3 AES_128_CCM_SHA256                       secp384r1  ed25519          openssl>gnutls  full
1.3 AES_128_CCM_8_SHA256                     secp256r1  rsa              openssl         full
1.3 AES_128_CCM_8_SHA256                     x25519     rsa-pss          gnutls          full
1.3 AES_128_CCM_8_SHA256                     x448       p384             openssl         full

# TLS 1.3: what can happen
1.3 AES_128_GCM_SHA256                       secp384r1  rsa              openssl         hello retry from x25519
1.3 AES_256_GCM_SHA384                       x448       p256             openssl         hello retry from secp256r1
1.3 CHACHA20_POLY1305_SHA256                 secp521r1  ed25519          gnutls          hello retry from x25519
1.3 AES_256_GCM_SHA384                       ffdhe2048  rsa-pss          openssl>gnutls  hello retry from x448
1.3 AES_128_CCM_SHA256                       x25519     p384             gnutls>openssl  hello retry from secp256r1
1.3 AES_128_GCM_SHA256                       x25519     rsa/rsa          openssl         full
1.3 AES_256_GCM_SHA384                       secp256r1  p256/p384        openssl         full
1.3 CHACHA20_POLY1305_SHA256                 secp384r1  ed25519/ed25519  openssl         full
1.3 AES_128_GCM_SHA256                       x25519     ed448/ed448      openssl         full
1.3 AES_256_GCM_SHA384                       x448       rsa-pss/rsa-pss  gnutls          full
1.3 AES_128_CCM_SHA256                       secp521r1  rsa/p521         gnutls          full
1.3 AES_128_GCM_SHA256                       ffdhe3072  p256/ed25519     openssl>gnutls  full
1.3 CHACHA20_POLY1305_SHA256                 x25519     p384/rsa         gnutls>openssl  full
1.3 AES_256_GCM_SHA384                       secp384r1  rsa/p256         openssl         hello retry from x25519
1.3 AES_128_GCM_SHA256                       x25519     rsa              openssl         resumed by psk
1.3 AES_256_GCM_SHA384                       secp384r1  p256             openssl         resumed by psk
1.3 CHACHA20_POLY1305_SHA256                 x448       ed25519          openssl         resumed by psk
1.3 AES_128_CCM_SHA256                       ffdhe2048  rsa              openssl         resumed by psk
1.3 AES_128_GCM_SHA256                       secp256r1  rsa              gnutls          resumed by psk
1.3 AES_256_GCM_SHA384                       x25519     p384             gnutls          resumed by psk
1.3 CHACHA20_POLY1305_SHA256                 secp521r1  ed448            gnutls          resumed by psk
1.3 AES_128_GCM_SHA256                       x25519     rsa              openssl>gnutls  resumed by psk
1.3 AES_256_GCM_SHA384                       secp521r1  rsa              gnutls>openssl  resumed by psk
1.3 AES_256_GCM_SHA384                       secp384r1  rsa              openssl         resumed by psk, hello retry from x25519
1.3 AES_128_GCM_SHA256                       x25519     rsa              openssl         resumed by psk, early data
1.3 AES_256_GCM_SHA384                       secp256r1  p256             openssl         resumed by psk, early data
1.3 CHACHA20_POLY1305_SHA256                 x448       ed25519          openssl         resumed by psk, early data
1.3 AES_128_GCM_SHA256                       x25519     rsa              gnutls          resumed by psk, early data
1.3 AES_128_GCM_SHA256                       x25519     none             openssl         external psk
1.3 AES_128_GCM_SHA256                       secp384r1  none             gnutls          external psk
1.3 CHACHA20_POLY1305_SHA256                 x448       none             gnutls          external psk
1.3 AES_128_CCM_SHA256                       ffdhe2048  none             openssl>gnutls  external psk
1.3 AES_128_GCM_SHA256                       secp256r1  none             gnutls>openssl  external psk
1.3 AES_128_GCM_SHA256                       secp521r1  none             openssl         external psk, hello retry from x25519
1.3 AES_128_GCM_SHA256                       none       none             gnutls          external psk, psk without a share
1.3 AES_128_GCM_SHA256                       x25519     rsa              openssl         key update by client
1.3 AES_256_GCM_SHA384                       secp256r1  p256             openssl         key update by server
1.3 CHACHA20_POLY1305_SHA256                 x448       ed25519          openssl         key update by both
1.3 AES_128_CCM_8_SHA256                     x25519     rsa              openssl         key update by both
1.3 AES_256_GCM_SHA384                       secp384r1  rsa              gnutls          key update by client
1.3 AES_128_GCM_SHA256                       ffdhe2048  p384             gnutls          key update by both
1.3 AES_128_GCM_SHA256                       x25519     rsa/p256         openssl         late certificate
1.3 AES_256_GCM_SHA384                       secp384r1  p384/ed25519     openssl         late certificate
1.3 CHACHA20_POLY1305_SHA256                 x25519     rsa/rsa          gnutls          late certificate
1.3 AES_256_GCM_SHA384                       x25519     p256/rsa         openssl         key update by both, late certificate

# TLS 1.2: ECDHE
1.2 ECDHE_RSA_WITH_AES_128_GCM_SHA256        x25519     rsa              openssl         full
1.2 ECDHE_RSA_WITH_AES_128_GCM_SHA256        secp521r1  rsa-pss          gnutls          full
1.2 ECDHE_RSA_WITH_AES_256_GCM_SHA384        x448       rsa              gnutls          full
1.2 ECDHE_RSA_WITH_AES_256_GCM_SHA384        secp384r1  rsa-pss          openssl         full
1.2 ECDHE_RSA_WITH_CHACHA20_POLY1305_SHA256  secp256r1  rsa              openssl         full
1.2 ECDHE_RSA_WITH_CHACHA20_POLY1305_SHA256  x25519     rsa              openssl>gnutls  full
1.2 ECDHE_RSA_WITH_AES_128_CBC_SHA           secp256r1  rsa              openssl         full
1.2 ECDHE_RSA_WITH_AES_256_CBC_SHA           x25519     rsa              gnutls>openssl  full
1.2 ECDHE_RSA_WITH_AES_128_CBC_SHA256        x448       rsa              openssl         full
1.2 ECDHE_RSA_WITH_AES_256_CBC_SHA384        secp521r1  rsa              openssl         full
1.2 ECDHE_RSA_WITH_AES_256_CBC_SHA384        secp384r1  rsa              gnutls          full
1.2 ECDHE_RSA_WITH_CAMELLIA_128_CBC_SHA256   x25519     rsa              gnutls          full
1.2 ECDHE_RSA_WITH_CAMELLIA_256_CBC_SHA384   secp256r1  rsa              openssl         full
1.2 ECDHE_RSA_WITH_3DES_EDE_CBC_SHA          x25519     rsa              gnutls          full
1.2 ECDHE_RSA_WITH_NULL_SHA                  secp256r1  rsa              openssl         full
1.2 ECDHE_ECDSA_WITH_AES_128_GCM_SHA256      secp256r1  p256             openssl         full
1.2 ECDHE_ECDSA_WITH_AES_128_GCM_SHA256      x25519     ed25519          gnutls          full
1.2 ECDHE_ECDSA_WITH_AES_256_GCM_SHA384      secp384r1  p384             gnutls          full
1.2 ECDHE_ECDSA_WITH_AES_256_GCM_SHA384      x448       ed448            openssl         full
1.2 ECDHE_ECDSA_WITH_CHACHA20_POLY1305_SHA256 x25519    p256             gnutls          full
1.2 ECDHE_ECDSA_WITH_CHACHA20_POLY1305_SHA256 secp521r1 ed25519          openssl         full
1.2 ECDHE_ECDSA_WITH_AES_128_CCM             x25519     p256             openssl         full
1.2 ECDHE_ECDSA_WITH_AES_256_CCM             secp384r1  p384             gnutls          full
1.2 ECDHE_ECDSA_WITH_AES_128_CCM_8           x448       ed25519          gnutls          full
1.2 ECDHE_ECDSA_WITH_AES_256_CCM_8           secp256r1  p521             openssl         full
1.2 ECDHE_ECDSA_WITH_AES_128_CBC_SHA         x25519     p256             openssl         full
1.2 ECDHE_ECDSA_WITH_AES_256_CBC_SHA         secp521r1  p384             openssl>gnutls  full
1.2 ECDHE_ECDSA_WITH_AES_128_CBC_SHA256      secp256r1  ed448            gnutls          full
1.2 ECDHE_ECDSA_WITH_AES_256_CBC_SHA384      x448       p521             openssl         full
1.2 ECDHE_ECDSA_WITH_CAMELLIA_128_CBC_SHA256 secp256r1  p256             gnutls          full
1.2 ECDHE_ECDSA_WITH_3DES_EDE_CBC_SHA        secp384r1  p256             gnutls          full

# TLS 1.2: DHE, static RSA, anonymous
1.2 DHE_RSA_WITH_AES_128_GCM_SHA256          ffdhe2048  rsa              openssl         full
1.2 DHE_RSA_WITH_AES_256_GCM_SHA384          ffdhe3072  rsa-pss          gnutls          full
1.2 DHE_RSA_WITH_CHACHA20_POLY1305_SHA256    ffdhe2048  rsa              gnutls          full
1.2 DHE_RSA_WITH_AES_128_CBC_SHA             ffdhe3072  rsa              openssl         full
1.2 DHE_RSA_WITH_AES_256_CBC_SHA256          ffdhe2048  rsa              openssl         full
1.2 DHE_RSA_WITH_AES_128_CCM                 ffdhe3072  rsa              openssl         full
1.2 DHE_RSA_WITH_AES_256_CCM_8               ffdhe2048  rsa-pss          openssl         full
1.2 DHE_RSA_WITH_CAMELLIA_256_CBC_SHA256     ffdhe2048  rsa              gnutls          full
1.2 DHE_RSA_WITH_3DES_EDE_CBC_SHA            ffdhe2048  rsa              gnutls          full
1.2 RSA_WITH_AES_128_GCM_SHA256              none       rsa              openssl         full
1.2 RSA_WITH_AES_256_GCM_SHA384              none       rsa              gnutls          full
1.2 RSA_WITH_AES_128_CBC_SHA                 none       rsa              gnutls          full
1.2 RSA_WITH_AES_256_CBC_SHA256              none       rsa              openssl         full
1.2 RSA_WITH_AES_128_CCM                     none       rsa              openssl         full
1.2 RSA_WITH_AES_256_CCM_8                   none       rsa              gnutls          full
1.2 RSA_WITH_CAMELLIA_128_CBC_SHA            none       rsa              openssl         full
1.2 RSA_WITH_CAMELLIA_256_CBC_SHA256         none       rsa              gnutls          full
1.2 RSA_WITH_3DES_EDE_CBC_SHA                none       rsa              gnutls          full
1.2 RSA_WITH_NULL_SHA256                     none       rsa              openssl         full
1.2 RSA_WITH_NULL_MD5                        none       rsa              openssl         full
1.2 DH_anon_WITH_AES_128_GCM_SHA256          ffdhe2048  none             openssl         full
1.2 DH_anon_WITH_AES_256_CBC_SHA256          ffdhe3072  none             gnutls          full
1.2 ECDH_anon_WITH_AES_128_CBC_SHA           x25519     none             openssl         full
1.2 ECDH_anon_WITH_AES_256_CBC_SHA           secp256r1  none             gnutls          full
1.2 ECDH_anon_WITH_NULL_SHA                  secp384r1  none             openssl         full

# TLS 1.2: pre-shared keys
1.2 PSK_WITH_AES_128_GCM_SHA256              none       none             openssl         full
1.2 PSK_WITH_AES_256_CBC_SHA384              none       none             gnutls          full
1.2 PSK_WITH_CHACHA20_POLY1305_SHA256        none       none             openssl>gnutls  full
1.2 PSK_WITH_AES_128_CCM_8                   none       none             openssl         full
1.2 PSK_WITH_NULL_SHA256                     none       none             gnutls          full
1.2 DHE_PSK_WITH_AES_128_GCM_SHA256          ffdhe2048  none             openssl         full
1.2 DHE_PSK_WITH_AES_256_CCM                 ffdhe3072  none             gnutls          full
1.2 ECDHE_PSK_WITH_CHACHA20_POLY1305_SHA256  x25519     none             openssl         full
1.2 ECDHE_PSK_WITH_AES_128_CBC_SHA256        secp256r1  none             gnutls          full
1.2 ECDHE_PSK_WITH_AES_256_CBC_SHA           x448       none             openssl         full
1.2 RSA_PSK_WITH_AES_256_GCM_SHA384          none       rsa              openssl         full
1.2 RSA_PSK_WITH_AES_128_CBC_SHA256          none       rsa              gnutls          full

# TLS 1.2: what can happen
1.2 ECDHE_RSA_WITH_AES_128_GCM_SHA256        x25519     rsa              openssl         resumed by session id
1.2 ECDHE_ECDSA_WITH_AES_256_GCM_SHA384      secp384r1  p384             openssl         resumed by session id
1.2 RSA_WITH_AES_128_CBC_SHA                 none       rsa              openssl         resumed by session id
1.2 ECDHE_RSA_WITH_CHACHA20_POLY1305_SHA256  x25519     rsa              gnutls          resumed by session id
1.2 ECDHE_RSA_WITH_AES_256_CBC_SHA384        secp256r1  rsa              openssl         resumed by ticket
1.2 ECDHE_ECDSA_WITH_CHACHA20_POLY1305_SHA256 x25519    ed25519          openssl         resumed by ticket
1.2 DHE_RSA_WITH_AES_256_GCM_SHA384          ffdhe2048  rsa              openssl         resumed by ticket
1.2 ECDHE_ECDSA_WITH_AES_128_CCM             secp256r1  p256             gnutls          resumed by ticket
1.2 PSK_WITH_AES_128_CBC_SHA256              none       none             openssl         resumed by ticket
1.2 ECDHE_RSA_WITH_AES_128_GCM_SHA256        x25519     rsa/rsa          openssl         full
1.2 ECDHE_ECDSA_WITH_AES_256_GCM_SHA384      secp256r1  p256/p384        openssl         full
1.2 ECDHE_ECDSA_WITH_AES_128_GCM_SHA256      x25519     ed25519/ed25519  openssl         full
1.2 ECDHE_ECDSA_WITH_CHACHA20_POLY1305_SHA256 x448      ed448/ed448      openssl         full
1.2 ECDHE_RSA_WITH_AES_256_CBC_SHA           secp384r1  rsa-pss/rsa-pss  openssl         full
1.2 ECDHE_RSA_WITH_AES_128_GCM_SHA256        secp521r1  rsa/p256         gnutls          full
1.2 DHE_RSA_WITH_AES_128_CBC_SHA             ffdhe2048  rsa/p521         openssl>gnutls  full
1.2 RSA_WITH_AES_256_GCM_SHA384              none       rsa/rsa          gnutls>openssl  full
1.2 ECDHE_RSA_WITH_AES_128_CBC_SHA           x25519     rsa              openssl         no encrypt-then-mac
1.2 ECDHE_ECDSA_WITH_AES_256_CBC_SHA384      secp384r1  p384             openssl         no encrypt-then-mac
1.2 RSA_WITH_CAMELLIA_128_CBC_SHA256         none       rsa              openssl         no encrypt-then-mac
1.2 RSA_WITH_3DES_EDE_CBC_SHA                none       rsa              gnutls          no encrypt-then-mac
1.2 DHE_RSA_WITH_AES_256_CBC_SHA256          ffdhe2048  rsa              gnutls          no encrypt-then-mac
1.2 ECDHE_RSA_WITH_AES_128_GCM_SHA256        x25519     rsa              gnutls          no extended master secret
1.2 DHE_RSA_WITH_AES_256_CBC_SHA             ffdhe2048  rsa              gnutls>openssl  no extended master secret
1.2 ECDHE_ECDSA_WITH_AES_256_GCM_SHA384      secp256r1  p256             gnutls          no extended master secret
1.2 RSA_WITH_AES_128_GCM_SHA256              none       rsa              gnutls          no extended master secret
1.2 ECDHE_RSA_WITH_AES_128_GCM_SHA256        x25519     rsa              openssl         client renegotiates
1.2 ECDHE_ECDSA_WITH_AES_256_CBC_SHA384      secp256r1  p256             openssl         client renegotiates
1.2 RSA_WITH_AES_128_CCM                     none       rsa              openssl         client renegotiates
1.2 ECDHE_RSA_WITH_CHACHA20_POLY1305_SHA256  x25519     rsa              gnutls          client renegotiates
1.2 ECDHE_RSA_WITH_AES_256_GCM_SHA384        secp384r1  rsa              openssl         server renegotiates
1.2 DHE_RSA_WITH_AES_128_CBC_SHA             ffdhe2048  rsa              openssl         server renegotiates
1.2 ECDHE_ECDSA_WITH_AES_128_GCM_SHA256      x25519     p256             openssl>gnutls  server renegotiates
1.2 ECDHE_ECDSA_WITH_CHACHA20_POLY1305_SHA256 secp256r1 p256             gnutls>openssl  server renegotiates
1.2 RSA_WITH_AES_256_CBC_SHA                 none       rsa              gnutls>openssl  server renegotiates
1.2 DHE_RSA_WITH_AES_128_GCM_SHA256          ffdhe2048  rsa/p256         openssl         client renegotiates

# TLS 1.2: what wolfCrypt lacks
1.2 ECDHE_RSA_WITH_ARIA_128_GCM_SHA256       x25519     rsa              openssl         full, not in wolfCrypt
1.2 DHE_RSA_WITH_ARIA_256_GCM_SHA384         ffdhe2048  rsa              openssl         full, not in wolfCrypt
1.2 ECDHE_RSA_WITH_CAMELLIA_128_GCM_SHA256   x25519     rsa              gnutls          full, not in wolfCrypt
1.2 RSA_WITH_CAMELLIA_256_GCM_SHA384         none       rsa              gnutls          full, not in wolfCrypt

# TLS 1.1 and 1.0
1.1 ECDHE_RSA_WITH_AES_128_CBC_SHA           secp256r1  rsa              openssl         full
1.1 ECDHE_RSA_WITH_AES_256_CBC_SHA           x25519     rsa              gnutls          full
1.1 ECDHE_ECDSA_WITH_AES_256_CBC_SHA         secp384r1  p256             openssl         full
1.1 ECDHE_ECDSA_WITH_AES_128_CBC_SHA         x448       p384             gnutls          full
1.1 DHE_RSA_WITH_AES_128_CBC_SHA             ffdhe2048  rsa              openssl         full
1.1 DHE_RSA_WITH_CAMELLIA_128_CBC_SHA        ffdhe2048  rsa              openssl         full
1.1 RSA_WITH_AES_256_CBC_SHA                 none       rsa              gnutls          full
1.1 RSA_WITH_3DES_EDE_CBC_SHA                none       rsa              gnutls          full
1.1 RSA_WITH_NULL_SHA                        none       rsa              openssl         full
1.1 DH_anon_WITH_AES_128_CBC_SHA             ffdhe2048  none             openssl         full
1.1 ECDH_anon_WITH_AES_128_CBC_SHA           x25519     none             gnutls          full
1.1 PSK_WITH_AES_128_CBC_SHA                 none       none             openssl         full
1.1 DHE_PSK_WITH_AES_256_CBC_SHA             ffdhe3072  none             gnutls          full
1.1 ECDHE_RSA_WITH_AES_128_CBC_SHA           x25519     rsa/rsa          openssl         full
1.1 RSA_WITH_AES_128_CBC_SHA                 none       rsa/p256         gnutls          full
1.1 ECDHE_RSA_WITH_AES_128_CBC_SHA           secp521r1  rsa              openssl         resumed by session id
1.1 RSA_WITH_AES_128_CBC_SHA                 none       rsa              gnutls          resumed by ticket
1.1 ECDHE_RSA_WITH_AES_256_CBC_SHA           secp256r1  rsa              openssl         no encrypt-then-mac
1.1 RSA_WITH_AES_128_CBC_SHA                 none       rsa              gnutls          no extended master secret
1.1 DHE_RSA_WITH_AES_256_CBC_SHA             ffdhe2048  rsa              openssl         client renegotiates
1.0 ECDHE_RSA_WITH_AES_256_CBC_SHA           x25519     rsa              openssl         full
1.0 ECDHE_RSA_WITH_AES_128_CBC_SHA           secp256r1  rsa              gnutls          full
1.0 ECDHE_ECDSA_WITH_AES_128_CBC_SHA         x448       p384             openssl         full
1.0 ECDHE_ECDSA_WITH_3DES_EDE_CBC_SHA        secp384r1  p256             gnutls          full
1.0 DHE_RSA_WITH_AES_256_CBC_SHA             ffdhe3072  rsa              openssl         full
1.0 DHE_RSA_WITH_CAMELLIA_256_CBC_SHA        ffdhe2048  rsa              gnutls          full
1.0 RSA_WITH_AES_128_CBC_SHA                 none       rsa              openssl         full
1.0 RSA_WITH_3DES_EDE_CBC_SHA                none       rsa              gnutls          full
1.0 RSA_WITH_NULL_MD5                        none       rsa              openssl         full
1.0 DH_anon_WITH_AES_256_CBC_SHA             ffdhe2048  none             gnutls          full
1.0 ECDH_anon_WITH_AES_256_CBC_SHA           x25519     none             openssl         full
1.0 ECDHE_PSK_WITH_AES_128_CBC_SHA           secp256r1  none             openssl         full
1.0 RSA_PSK_WITH_AES_128_CBC_SHA             none       rsa              gnutls          full
1.0 ECDHE_ECDSA_WITH_AES_256_CBC_SHA         x25519     p256/p256        openssl         full
1.0 ECDHE_RSA_WITH_AES_128_CBC_SHA           x25519     rsa/rsa          gnutls          full
1.0 RSA_WITH_AES_256_CBC_SHA                 none       rsa              openssl         resumed by session id
1.0 ECDHE_RSA_WITH_AES_128_CBC_SHA           x25519     rsa              openssl         resumed by ticket
1.0 ECDHE_RSA_WITH_AES_128_CBC_SHA           x25519     rsa              openssl         no encrypt-then-mac
1.0 RSA_WITH_3DES_EDE_CBC_SHA                none       rsa              gnutls          no encrypt-then-mac
1.0 ECDHE_RSA_WITH_AES_256_CBC_SHA           secp384r1  rsa              gnutls          no extended master secret
1.0 ECDHE_RSA_WITH_AES_128_CBC_SHA           x25519     rsa              openssl         server renegotiates

# DTLS 1.2 and 1.0
D1.2 ECDHE_RSA_WITH_AES_128_GCM_SHA256       x25519     rsa              openssl         full
D1.2 ECDHE_RSA_WITH_AES_256_GCM_SHA384       secp384r1  rsa              gnutls          full
D1.2 ECDHE_ECDSA_WITH_AES_256_GCM_SHA384     secp256r1  p256             openssl>gnutls  full
D1.2 ECDHE_ECDSA_WITH_AES_128_GCM_SHA256     secp384r1  p384             gnutls>openssl  full
D1.2 ECDHE_RSA_WITH_CHACHA20_POLY1305_SHA256 x25519     rsa              openssl         full
D1.2 ECDHE_ECDSA_WITH_CHACHA20_POLY1305_SHA256 x448     ed448            gnutls          full
D1.2 ECDHE_ECDSA_WITH_AES_128_CCM            secp256r1  p256             openssl         full
D1.2 ECDHE_ECDSA_WITH_AES_128_CCM_8          x25519     p384             gnutls          full
D1.2 ECDHE_RSA_WITH_AES_128_CBC_SHA          secp521r1  rsa              openssl         full
D1.2 ECDHE_RSA_WITH_AES_256_CBC_SHA384       secp256r1  rsa              gnutls          full
D1.2 DHE_RSA_WITH_AES_128_GCM_SHA256         ffdhe2048  rsa              openssl         full
D1.2 DHE_RSA_WITH_CAMELLIA_256_CBC_SHA256    ffdhe2048  rsa              gnutls          full
D1.2 RSA_WITH_AES_256_CBC_SHA256             none       rsa              openssl         full
D1.2 RSA_WITH_AES_128_GCM_SHA256             none       rsa              gnutls          full
D1.2 RSA_WITH_NULL_SHA256                    none       rsa              openssl         full
D1.2 PSK_WITH_AES_128_GCM_SHA256             none       none             openssl         full
D1.2 PSK_WITH_AES_128_CCM_8                  none       none             gnutls          full
D1.2 ECDHE_PSK_WITH_CHACHA20_POLY1305_SHA256 x25519     none             openssl         full
D1.2 RSA_PSK_WITH_AES_128_CBC_SHA256         none       rsa              gnutls          full
D1.2 ECDHE_RSA_WITH_AES_128_GCM_SHA256       x25519     rsa/rsa          openssl         full
D1.2 ECDHE_ECDSA_WITH_AES_256_GCM_SHA384     secp384r1  p384/p256        gnutls          full
D1.2 ECDHE_RSA_WITH_AES_128_GCM_SHA256       x25519     rsa              openssl         resumed by session id
D1.2 ECDHE_RSA_WITH_AES_256_GCM_SHA384       secp256r1  rsa              openssl         resumed by ticket
D1.2 ECDHE_RSA_WITH_AES_128_CBC_SHA          x25519     rsa              openssl         no encrypt-then-mac
D1.2 RSA_WITH_AES_128_GCM_SHA256             none       rsa              gnutls          no extended master secret
D1.2 ECDHE_RSA_WITH_AES_256_GCM_SHA384       x25519     rsa              openssl         client renegotiates
D1.2 ECDHE_ECDSA_WITH_AES_128_GCM_SHA256     secp256r1  p256             openssl         server renegotiates
D1.2 ECDHE_RSA_WITH_ARIA_128_GCM_SHA256      x25519     rsa              openssl         full, not in wolfCrypt
D1.0 ECDHE_RSA_WITH_AES_128_CBC_SHA          x25519     rsa              openssl         full
D1.0 ECDHE_RSA_WITH_AES_256_CBC_SHA          secp256r1  rsa              gnutls          full
D1.0 ECDHE_ECDSA_WITH_AES_256_CBC_SHA        secp384r1  p256             openssl         full
D1.0 DHE_RSA_WITH_AES_128_CBC_SHA            ffdhe2048  rsa              openssl         full
D1.0 RSA_WITH_AES_256_CBC_SHA                none       rsa              gnutls          full
D1.0 RSA_WITH_3DES_EDE_CBC_SHA               none       rsa              gnutls          full
D1.0 PSK_WITH_AES_128_CBC_SHA                none       none             openssl         full
D1.0 ECDHE_RSA_WITH_AES_256_CBC_SHA          x25519     rsa/rsa          openssl         full
D1.0 ECDHE_RSA_WITH_AES_128_CBC_SHA          x25519     rsa              openssl         no encrypt-then-mac
D1.0 RSA_WITH_AES_128_CBC_SHA                none       rsa              openssl         resumed by session id
"""


HAPPENS = ["full", "resumed by session id", "resumed by ticket", "resumed by psk", "early data", "external psk",
           "psk without a share", "client renegotiates", "server renegotiates", "key update by client", "key update by server",
           "key update by both", "late certificate", "no encrypt-then-mac", "no extended master secret", "not in wolfCrypt"]


class Row:
    def __init__(self, line):
        version, self.suite, self.group, auth, software, self.what = line.split(None, 5)
        self.dtls, self.version = version.startswith("D"), version.lstrip("D")
        self.auth, _, self.client_auth = auth.partition("/")
        self.client, _, self.server = software.partition(">")
        self.server = self.server or self.client
        self.name = " ".join(line.split())
        self.stem = peers.stem_of(self.name)
        for what in self.what.split(", "):
            assert what in HAPPENS or what.startswith("hello retry from "), self.name

    def does(self, what):
        return what in self.what

    def exchange(self):
        return "any" if self.version == "1.3" else self.suite.partition("_WITH_")[0]

    def is_finite_field(self):
        return self.exchange().startswith("DH")

    def has_psk(self):
        return "PSK" in self.exchange() or self.does("external psk")

    def is_resumed(self):
        return self.does("resumed by")

    def client_groups(self):
        first = self.what.partition("hello retry from ")[2]
        return [first, self.group] if first else [self.group]

    def typed(self):
        """[(side, text)], in the order of the table of what can be typed."""
        return [(side, text) for (what, begins, software), (side, text) in peers.TYPED.items()
                if self.does(what) and software == (self.client if begins == peers.CLIENT else self.server)]

    def signed_message(self):
        """Which message carries the server's signature, if one is due (RFC 5246, section 7.4.3; RFC 8446, section 4.4.3)."""
        if self.is_resumed() or self.has_psk() or self.auth == "none":
            return None
        if self.version == "1.3":
            return "server_certificate_verify"
        return None if self.exchange() == "RSA" else "server_key_exchange"


def rows():
    return [Row(line) for line in MATRIX.splitlines() if line and not line.startswith("#")]


# --- what handlens says -----------------------------------------------------------------------------------------------------
class Failed(Exception):
    pass


def expect(condition, *what):
    if not condition:
        raise Failed(" ".join(map(str, what)))


def read(pcap, *options):
    p = subprocess.run([HANDLENS, "read", "--format", "json", "--no-ca", *options, pcap], capture_output=True, timeout=60)
    expect(p.returncode == 0, "handlens ended with", p.returncode, p.stderr.decode().strip())
    return [json.loads(line) for line in p.stdout.splitlines()]


def with_secrets(row, key_log):
    return ["--keylog", key_log] + (["--psk", "lab:" + peers.PSK] if row.does("external psk") else [])


def results(document):
    return {name: proof["result"] for name, proof in document["handlens"]["verification"].items() if isinstance(proof, dict)}


def messages(document, kind):
    return [m["from"] for m in document["handlens"]["messages"] if m["type"] and m["type"]["name"] == kind]


def has_extension(document, number):
    return number in [extension["id"] for extension in document["handlens"]["server_hello"]["extensions"]]


# --- it is what the row says ------------------------------------------------------------------------------------------------
ALGORITHM = {"rsa": ("RSA", 2048), "rsa-pss": ("RSA-PSS", 2048), "p256": ("EC", 256), "p384": ("EC", 384),
             "p521": ("EC", 521), "ed25519": ("Ed25519", 256), "ed448": ("Ed448", 456)}
ENCRYPT_THEN_MAC, EXTENDED_MASTER_SECRET = 22, 23
RESUMED_BY = {"session id": "session_id", "ticket": "session_ticket", "psk": "psk"}


def is_that_handshake(row, documents):
    document = documents[-1]
    expect(len(documents) == (2 if row.is_resumed() else 1), "connections:", len(documents))
    tls, handlens = document["tls"], document["handlens"]
    expect(handlens["outcome"] == "completed", "outcome", handlens["outcome"], handlens["reason"])
    expect((tls["version"], tls["cipher"]) == (row.version, "TLS_" + row.suite), "it became", tls["version"], tls["cipher"])
    expect(tls["version_protocol"] == ("dtls" if row.dtls else "tls"), "it became", tls["version_protocol"])
    is_that_group(row, document)
    if not row.is_resumed():
        are_those_certificates(row, handlens["certificates"])
    happened(row, document)


def is_that_group(row, document):
    if row.is_resumed() and row.version != "1.3":
        return # no group is agreed on again
    key_exchange = document["handlens"]["server_key_exchange"] or {}
    group = document["tls"].get("curve") or key_exchange.get("group", {}).get("name")
    if group is None and "dh_bits" in key_exchange:
        group = "ffdhe%d" % key_exchange["dh_bits"]
    expect((group or "none") == row.group, "group", group)


def are_those_certificates(row, certificates):
    for side, auth in (("server", row.auth if not row.has_psk() or "RSA" in row.exchange() else "none"),
                       ("client", row.client_auth or "none")):
        chain = certificates[side] or []
        found = (chain[0]["public_key"]["algorithm"], chain[0]["public_key"].get("bits")) if chain else "none"
        expect(auth == "none" and not chain or found == ALGORITHM.get(auth), side, "has", found)


def happened(row, document):
    handlens = document["handlens"]
    was_resumed_by(row, handlens["resumption"]["accepted"])
    expect((handlens["hello_retry_request"] is not None) == row.does("hello retry"), "hello retry")
    if row.version != "1.3":
        had_extensions(row, document)
    hellos = 2 if row.does("renegotiates") or row.does("hello retry") else 1
    hellos += len(messages(document, "hello_verify_request")) # which asks for another one with a cookie
    expect(len(messages(document, "client_hello")) == hellos, "client hellos")
    expect(("server" in messages(document, "hello_request")) == row.does("server renegotiates"), "hello request")
    finished = 2 if row.does("renegotiates") else 1
    expect(messages(document, "finished").count("server") == finished, "Finished of the server")
    updates = {side: side in messages(document, "key_update") for side in ("client", "server")}
    due = {side: row.does("update by " + side) or row.does("update by both") for side in updates}
    expect(updates == due, "key updates", updates)
    expect(("client" in messages(document, "end_of_early_data")) == row.does("early data"), "early data")
    if row.client_auth:
        sent = [m["type"]["name"] for m in handlens["messages"] if m["from"] == "client" and m["type"]]
        expect((sent.index("finished") < sent.index("certificate")) == row.does("late certificate"), "late certificate", sent)
    closed = [m for m in handlens["messages"] + handlens["alerts"] if m["encrypted"]]
    expect(not closed, "it stays closed:", closed)


def was_resumed_by(row, accepted):
    due = "psk" if row.does("external psk") else None
    for words, name in RESUMED_BY.items():
        due = name if row.does("resumed by " + words) else due
    expect(accepted == due, "resumed by", accepted)


def had_extensions(row, document):
    if "_CBC_" in row.suite:
        expect(has_extension(document, ENCRYPT_THEN_MAC) != row.does("no encrypt-then-mac"), "encrypt-then-MAC")
    expect(has_extension(document, EXTENDED_MASTER_SECRET) != row.does("no extended master secret"), "extended master secret")


# --- it is proved -----------------------------------------------------------------------------------------------------------
NOT_IN_WOLFCRYPT = "is not available in this build"


def proofs_due(row):
    due = ["server_finished", "client_finished", row.signed_message()]
    due += ["client_certificate_verify"] if row.client_auth else []
    due += ["resumption"] if row.is_resumed() else []
    due += ["hello_retry"] if row.does("hello retry") else []
    due += ["psk_binder"] if row.version == "1.3" and row.does("external psk") else []
    return list(filter(None, due))


def is_proved(row, documents):
    for document in documents:
        expect("wrong" not in results(document).values(), results(document))
    proofs = results(documents[-1])
    expect(all(proofs.get(name) == "verified" for name in proofs_due(row)), json.dumps(documents[-1]["handlens"]["verification"]))
    if row.signed_message() is None:
        expect("verified" not in (proofs["server_key_exchange"], proofs.get("server_certificate_verify")), "a signature?", proofs)


def is_proved_without_key_log(folder, row):
    """Up to TLS 1.2 the server's RSA key opens what is encrypted to it, and a pre-shared key what it alone protects."""
    secrets = {"RSA": ["--key", folder("rsa.key")], "PSK": ["--psk", "lab:" + peers.PSK],
               "RSA_PSK": ["--key", folder("rsa.key"), "--psk", "lab:" + peers.PSK]}.get(row.exchange())
    if secrets:
        for document in read(folder(row.stem + ".pcap"), *secrets):
            proofs = results(document)
            expect(proofs["server_finished"] == proofs["client_finished"] == "verified", "with", secrets[0], proofs)


def is_told_not_checkable(documents):
    """What wolfCrypt lacks: both Finished say so."""
    verification = documents[-1]["handlens"]["verification"]
    for name in ("server_finished", "client_finished"):
        proof = verification[name]
        expect(proof["result"] == "not-checkable" and NOT_IN_WOLFCRYPT in proof.get("why", ""), name, proof)


# --- its twins are found out ------------------------------------------------------------------------------------------------
def is_found_out(folder, row, session, twin):
    _, change, wrong, verified, not_checkable = twin
    stem = folder(peers.stem_of(row.name + " " + change))
    pcap, key_log = twins.make(stem, row, session.relay.chunks, session.key_log, change)
    document = read(pcap, *with_secrets(row, key_log))[-1]
    found = results(document)
    due = dict.fromkeys(wrong, "wrong") | dict.fromkeys(verified, "verified") | dict.fromkeys(not_checkable, "not-checkable")
    expect({name: found.get(name) for name in due} == due, "it should be", due, "and is", found)
    expect([name for name in found if found[name] == "wrong" and name not in wrong] == [], "more is wrong than", due, ":", found)


# --- the run ----------------------------------------------------------------------------------------------------------------
def run_row(folder, row):
    """(what came of it, why, and the session, of which twins are made)"""
    session = None
    try:
        session = peers.Session(folder, row)
        session.play()
        documents = read(folder(row.stem + ".pcap"), *with_secrets(row, session.key_log))
        expect(documents, "no handshake")
        if row.does("not in wolfCrypt"):
            is_told_not_checkable(documents)
            return "lacking", "", session
        is_that_handshake(row, documents)
        is_proved(row, documents)
        is_proved_without_key_log(folder, row)
        return "proved", "", session
    except peers.Skipped as skipped:
        return "skipped", str(skipped), session
    except Failed as failed:
        return "failed", str(failed), session
    except Exception: # pylint: disable=broad-except # of one row, not of the run
        return "failed", traceback.format_exc(), session


def run_twin(folder, row, session, twin):
    try:
        is_found_out(folder, row, session, twin)
        return None
    except Exception as error: # pylint: disable=broad-except # of one twin, not of the run
        return str(error) if isinstance(error, Failed) else traceback.format_exc()


def arguments():
    parser = argparse.ArgumentParser()
    parser.add_argument("--keep", metavar="DIR", help="captures and key logs go there, and stay")
    parser.add_argument("-v", "--verbose", action="store_true", help="what the software said, when a row fails")
    parser.add_argument("names", nargs="*", help="parts of names: only these")
    return parser.parse_args()


def run_matrix(folder, pool, chosen, verbose):
    """How many of each outcome; {name: (row, session)} of those that are proved"""
    count, proved = dict.fromkeys(("proved", "skipped", "lacking", "failed"), 0), {}
    for row, (outcome, why, session) in zip(chosen, pool.map(lambda row: run_row(folder, row), chosen)):
        count[outcome] += 1
        if outcome == "proved":
            proved[row.name] = (row, session)
        elif outcome != "lacking":
            print("%s: %s: %s" % (outcome, row.name, why))
            print(session.story() if verbose and session else "", end="")
    return count, proved


def run_twins(folder, pool, proved):
    """How many were made, and how many of them are found out"""
    chosen = [twin for twin in twins.TWINS if twin[0] in proved]
    failures = list(pool.map(lambda twin: run_twin(folder, *proved[twin[0]], twin), chosen))
    for twin, failure in zip(chosen, failures):
        if failure:
            print("failed: %s, with another %s: %s" % (twin[0], twin[1], failure))
    return len(chosen), failures.count(None)


def main():
    options = arguments()
    if missing := peers.missing_software():
        print("skipped: not installed:", *missing)
        return 77
    if strays := {twin[0] for twin in twins.TWINS} - {row.name for row in rows()}:
        print("failed: twins of captures that are not in the matrix:", strays)
        return 1
    with tempfile.TemporaryDirectory() as scratch, concurrent.futures.ThreadPoolExecutor(AT_ONCE) as pool:
        if options.keep:
            os.makedirs(options.keep, exist_ok=True)
        folder = peers.Folder(options.keep or scratch)
        chosen = [row for row in rows() if not options.names or any(name in row.name for name in options.names)]
        count, proved = run_matrix(folder, pool, chosen, options.verbose)
        made, found_out = run_twins(folder, pool, proved)
    print("%d handshakes proved (skipped: %d, not available in wolfCrypt: %d), %d tampered ones found out"
          % (count["proved"], count["skipped"], count["lacking"], found_out))
    return 1 if count["failed"] or found_out < made else 0


if __name__ == "__main__":
    sys.exit(main())
