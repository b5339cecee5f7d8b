#!/bin/sh
# The private keys of tests/unit/test_private_key.c, one in every form; the password is "handlens". They are of no use
# but here. Run in this folder; openssl 3.
set -eu
pass="-passout pass:handlens"

openssl genrsa -traditional -out rsa-pkcs1.pem 1024
openssl pkcs8 -topk8 -nocrypt -in rsa-pkcs1.pem -out rsa-pkcs8.pem
openssl rsa -in rsa-pkcs1.pem -traditional -outform DER -out rsa-pkcs1.der
openssl pkcs8 -topk8 -nocrypt -in rsa-pkcs1.pem -outform DER -out rsa-pkcs8.der
openssl rsa -in rsa-pkcs1.pem -traditional -aes256 $pass -out rsa-aes256.pem
openssl rsa -in rsa-pkcs1.pem -traditional -des3 $pass -out rsa-des3.pem
openssl pkcs8 -topk8 -in rsa-pkcs1.pem -v2 aes256 -v2prf hmacWithSHA256 $pass -out rsa-pbes2.pem
openssl pkcs8 -topk8 -in rsa-pkcs1.pem -v2 aes256 -v2prf hmacWithSHA256 $pass -outform DER -out rsa-pbes2.der
openssl pkcs8 -topk8 -in rsa-pkcs1.pem -v2 des3 $pass -out rsa-pbes2-des3.pem
openssl pkcs8 -topk8 -in rsa-pkcs1.pem -v1 PBE-SHA1-3DES $pass -out rsa-pbes1.pem
openssl pkcs8 -topk8 -in rsa-pkcs1.pem -scrypt $pass -out rsa-scrypt.pem
openssl pkcs8 -topk8 -in rsa-pkcs1.pem -v2 aes256 -v2prf hmacWithSHA512 $pass -out rsa-sha512.pem
openssl req -x509 -key rsa-pkcs1.pem -subj /CN=key.test -days 36500 -out cert.pem
cat cert.pem rsa-pkcs8.pem > bundle.pem
openssl pkcs12 -export -inkey rsa-pkcs1.pem -in cert.pem $pass -out bundle.p12
openssl rsa -in rsa-pkcs1.pem -pubout -outform DER -out rsa-public.der

openssl genrsa -traditional -out other-rsa.pem 1024
openssl genrsa -traditional -out rsa-4104.pem 4104
openssl genpkey -algorithm RSA-PSS -pkeyopt rsa_keygen_bits:1024 -out rsa-pss.pem
openssl ecparam -name prime256v1 -genkey -out ec-sec1.pem
openssl pkcs8 -topk8 -nocrypt -in ec-sec1.pem -out ec-pkcs8.pem
openssl ec -in ec-sec1.pem -outform DER -out ec-sec1.der
openssl pkcs8 -topk8 -in ec-sec1.pem -v2 aes256 -v2prf hmacWithSHA256 $pass -out ec-pbes2.pem
openssl genpkey -algorithm ED25519 -out ed25519.pem
openssl dsaparam -genkey -out dsa-parameters.pem 1024
openssl dsa -in dsa-parameters.pem -outform DER -out dsa.der # OpenSSL's own form
rm dsa-parameters.pem

# A premaster secret, and what a client sends of it.
{ printf '\003\003'; openssl rand 46; } > premaster.bin
openssl pkeyutl -encrypt -pubin -keyform DER -inkey rsa-public.der -in premaster.bin -out premaster.enc
head -c 47 premaster.bin > short.bin
openssl pkeyutl -encrypt -pubin -keyform DER -inkey rsa-public.der -in short.bin -out premaster-47.enc
rm short.bin
