#!/bin/bash
# Makes the certificates of the three nodes once; with the volumes in place it does nothing. Run again for new ones:
# remove the file /private/done first.
set -euo pipefail
[ -f /private/done ] && exit 0
rm -rf /private/ca /node-1/* /node-2/* /node-3/* /ca/*
es-gencert-cli create-ca -out /private/ca
for node in 1 2 3; do
  es-gencert-cli create-node -ca-certificate /private/ca/ca.crt -ca-key /private/ca/ca.key \
    -out "/private/node-$node" -dns-names "store-$node,localhost" -ip-addresses 127.0.0.1
  cp "/private/node-$node/node.crt" "/private/node-$node/node.key" "/node-$node/"
  chmod 0400 "/node-$node/node.key"
  chown -R 1000:1000 "/node-$node"
  rm -rf "/private/node-$node"
done
cp /private/ca/ca.crt /ca/ca.crt
chmod 0444 /ca/ca.crt
touch /private/done
