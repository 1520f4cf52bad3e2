#!/bin/sh
# Makes the certificates and keys of this folder, valid for a hundred years. Needs keytool and openssl.
set -eu
cd "$(dirname "$0")"
work=$(mktemp -d)
trap 'rm -r "$work"' EXIT

key() { # name, distinguished name, keytool's words on the key
    name=$1 dn=$2
    shift 2
    keytool -genkeypair -storetype PKCS12 -keystore "$work/$name.p12" -storepass secret -alias "$name" -dname "$dn" \
        -startdate '2020/01/01 00:00:00' -validity 36500 "$@"
    openssl pkcs12 -in "$work/$name.p12" -passin pass:secret -nodes -nocerts 2>/dev/null | openssl pkey > "$work/$name.key"
    keytool -exportcert -rfc -keystore "$work/$name.p12" -storepass secret -alias "$name" > "$work/$name.pem"
}

signed() { # name, signer, keytool's words on the certificate
    name=$1 signer=$2
    shift 2
    keytool -certreq -keystore "$work/$name.p12" -storepass secret -alias "$name" |
        keytool -gencert -rfc -keystore "$work/$signer.p12" -storepass secret -alias "$signer" \
            -startdate '2020/01/01 00:00:00' -validity 36500 "$@" > "$work/$name.pem"
}

rsa='-keyalg RSA -keysize 2048'
ec='-keyalg EC -groupname secp256r1'
here='-ext san=dns:localhost,ip:127.0.0.1 -ext eku=serverAuth'

key root 'CN=Test root' $rsa -ext bc:c
key middle 'CN=Test middle' $rsa
signed middle root -ext bc:c
key rsa 'CN=rsa.localhost' $rsa
signed rsa middle $here
key ec 'CN=ec.localhost' $ec
signed ec middle $here
key clients 'CN=Test clients' $ec -ext bc:c
key client 'CN=client' $ec
signed client clients -ext eku=clientAuth

cp "$work/root.pem" "$work/clients.pem" "$work/client.pem" "$work/client.key" .
for each in rsa ec; do
    openssl x509 -in "$work/$each.pem" -text -certopt no_sigdump,no_pubkey > "$each.pem" # with words before it
    cat "$work/middle.pem" >> "$each.pem"
    cp "$work/$each.key" "$each.pkcs8.key"
done
openssl rsa -in rsa.pkcs8.key -traditional -out rsa.pkcs1.key 2>/dev/null
{ openssl ecparam -name prime256v1; openssl ec -in ec.pkcs8.key 2>/dev/null; } > ec.sec1.key
openssl pkcs8 -topk8 -in rsa.pkcs8.key -passout pass:secret -out rsa.encrypted.key
openssl rsa -in rsa.pkcs8.key -traditional -aes128 -passout pass:secret -out rsa.encrypted.pkcs1.key 2>/dev/null
openssl genpkey -algorithm ed25519 -out ed25519.key
