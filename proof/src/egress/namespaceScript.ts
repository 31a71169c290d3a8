/** Where a program in {@link namespaceScript} believes its machine, its router and its resolver to be (RFC 5737, 3849). */
export const ownAddresses: readonly string[] = ["192.0.2.1", "2001:db8::1"];
export const resolver = "192.0.2.53";

/**
 * Run by `unshare` in network and mount namespaces of its own: makes a machine with loopback and one interface, `out`,
 * which has an address, a default route and a resolver, so that whatever wants to leave goes out there and nobody
 * answers. Then runs the program it is given. The other end of `out` is in the same namespace and forwards nothing.
 * `/run` is emptied because a resolver that is asked over a Unix socket would look names up outside.
 */
export const namespaceScript = `
set -e
folder=$1; shift
mount --make-rprivate /
printf 'nameserver ${resolver}\\noptions timeout:1 attempts:1\\n' > "$folder/resolv.conf"
printf 'hosts: files dns\\n' > "$folder/nsswitch.conf"
mount --bind "$folder/resolv.conf" /etc/resolv.conf
[ ! -e /etc/nsswitch.conf ] || mount --bind "$folder/nsswitch.conf" /etc/nsswitch.conf
mount -t tmpfs tmpfs /run
ip link set lo up
ip link add out type veth peer name beyond
ipv6=/proc/sys/net/ipv6/conf
if [ -w $ipv6/out/router_solicitations ]; then
  echo 0 > $ipv6/out/router_solicitations
  echo 1 > $ipv6/beyond/disable_ipv6
fi
ip link set out up
ip link set beyond up
ip addr add 192.0.2.1/24 dev out
for router in 192.0.2.2 ${resolver}; do ip neigh add "$router" lladdr 02:00:00:00:00:02 dev out nud permanent; done
ip route add default via 192.0.2.2
if ip -6 addr add 2001:db8::1/64 dev out nodad 2>/dev/null; then
  ip -6 neigh add 2001:db8::2 lladdr 02:00:00:00:00:02 dev out nud permanent
  ip -6 route add default via 2001:db8::2
fi
exec "$@"
`;
