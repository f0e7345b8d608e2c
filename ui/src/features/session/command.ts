/** The command that prints a sign-in link for an inbox at this address: on this machine, or deployed. */
export function commandFor(origin: string): string {
  const { hostname, port } = new URL(origin);
  const here = hostname === "localhost" || hostname === "127.0.0.1";
  return here ? `make link PORT=${port || "80"}` : `make link ORIGIN=${origin}`;
}
