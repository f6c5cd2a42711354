# shellcheck shell=bash
# A certificate authority of this environment, and the certificates that it signs: valid TLS without anybody outside.

authority=$data/authority

# authority_prepare: makes the authority and its certificates where they are missing or about to run out
authority_prepare() {
    mkdir -p "$authority"
    if ! lasting ca; then
        key_make ca
        openssl req -x509 -new -key "$authority/ca.key" -sha256 -days 3650 -out "$authority/ca.pem.new" \
            -subj "/O=Understudy/CN=Development authority $(date +%F) $RANDOM" \
            -addext basicConstraints=critical,CA:TRUE,pathlen:0 -addext keyUsage=critical,keyCertSign,cRLSign 2>/dev/null ||
            fail "openssl could not make a certificate authority in $authority"
        mv "$authority/ca.pem.new" "$authority/ca.pem"
        rm -f "$authority"/{previews,shop}.pem
    fi
    lasting previews || certificate_make previews '*.preview.localhost' preview.localhost '*.second.preview.localhost'
    # This one is shown as well to who asks by address and names the host in the request only.
    lasting shop || certificate_make shop shop.localhost '*.shop.localhost' localhost 127.0.0.1
}

# lasting <name>: whether the certificate is there and good for another month
lasting() {
    [[ -s $authority/$1.key ]] && openssl x509 -in "$authority/$1.pem" -checkend 2600000 -noout >/dev/null 2>&1
}

# key_make <name>: a key that only its owner reads
key_make() {
    (umask 077 && openssl genpkey -algorithm EC -pkeyopt ec_paramgen_curve:P-256 -out "$authority/$1.key" 2>/dev/null) ||
        fail "openssl could not make a key in $authority"
}

# certificate_make <name> <hosts and addresses...>: signed by the authority, for a year
certificate_make() {
    local name=$1 host hosts=
    shift
    for host; do
        [[ $host =~ ^[0-9.]+$ ]] && hosts+=IP:$host, || hosts+=DNS:$host,
    done
    key_make "$name"
    openssl req -new -key "$authority/$name.key" -subj "/O=Understudy/CN=$1" 2>/dev/null |
        openssl x509 -req -CA "$authority/ca.pem" -CAkey "$authority/ca.key" -set_serial "0x$(openssl rand -hex 16)" \
            -sha256 -days 365 -out "$authority/$name.pem.new" -extfile <(
                printf '%s\n' "subjectAltName=${hosts%,}" basicConstraints=critical,CA:FALSE \
                    keyUsage=critical,digitalSignature extendedKeyUsage=serverAuth
            ) 2>/dev/null || fail "openssl could not sign the certificate for $* in $authority"
    mv "$authority/$name.pem.new" "$authority/$name.pem"
}
