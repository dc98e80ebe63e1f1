#!/bin/bash
# Makes the certificates of the three nodes once; with the volumes in place it does nothing. Run again for new ones:
# remove the file /private/done first.
set -euo pipefail
# To try it out: a folder in which all others lie, and to whom the nodes' files are given.
at=${CERTIFICATES_FOLDER:-}
node_user=${NODE_USER:-1000:1000}
[ -f "$at/private/done" ] && exit 0
umask 077
rm -rf "$at"/private/ca "$at"/node-1/* "$at"/node-2/* "$at"/node-3/* "$at"/ca/*
mkdir "$at/private/ca"
authority="$at/private/ca/ca"
openssl req -x509 -newkey rsa:2048 -nodes -sha256 -days 3650 -keyout "$authority.key" -out "$authority.crt" \
  -subj '/O=Relocation coordination/CN=Authority of the log' -addext 'basicConstraints=critical,CA:TRUE,pathlen:0' \
  -addext 'keyUsage=critical,keyCertSign,cRLSign'
for node in 1 2 3; do
  own="$at/node-$node/node"
  # The nodes know each other by this name, which is EventStoreDB's default.
  openssl req -newkey rsa:2048 -nodes -sha256 -keyout "$own.key" -subj '/CN=eventstoredb-node' |
    openssl x509 -req -sha256 -days 1825 -CA "$authority.crt" -CAkey "$authority.key" \
      -set_serial "0x$(openssl rand -hex 16)" -out "$own.crt" -extfile <(
        echo 'basicConstraints=critical,CA:FALSE'
        echo 'keyUsage=critical,digitalSignature,keyEncipherment'
        # A node is a client of the others, too.
        echo 'extendedKeyUsage=serverAuth,clientAuth'
        echo "subjectAltName=DNS:store-$node,DNS:localhost,IP:127.0.0.1"
      )
  chmod 0400 "$own.key" "$own.crt"
  chown -R "$node_user" "$at/node-$node"
done
cp "$authority.crt" "$at/ca/ca.crt"
chmod 0444 "$at/ca/ca.crt"
touch "$at/private/done"
