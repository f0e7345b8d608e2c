#!/bin/sh
# Runs workerd so that it ends when its starter does, even by SIGKILL: an orphan would keep the port and the
# state files, and the next start could not have them. Named to Miniflare by MINIFLARE_WORKERD_PATH.
if command -v setpriv >/dev/null; then
  exec setpriv --pdeathsig KILL -- "$TRIBUTARY_WORKERD" "$@"
fi
starter=$PPID
workerd=$$
(while kill -0 "$workerd" && kill -0 "$starter"; do sleep 0.2; done; kill -9 "$workerd") </dev/null >/dev/null 2>&1 &
exec "$TRIBUTARY_WORKERD" "$@"
