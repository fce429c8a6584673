/**
 * What streams of random numbers are keyed by: what a part is for, never what a layout calls it. So
 * two layouts under one seed meet the same failures, and what is added moves nobody else's draws.
 */

/** @param member its place among the etcd members, from 0 */
export function memberKey(member: number): string {
  return `member ${member + 1}`;
}

/** @param server its place among the API servers, from 0 */
export function serverKey(server: number): string {
  return `API server ${server + 1}`;
}

/** @param candidate its place among those for a lease, from 0 */
export function candidateKey(lease: string, candidate: number): string {
  return `${lease} ${candidate + 1}`;
}

/** @param balancer its place among the machines of the balancer, from 0 */
export function balancerKey(balancer: number): string {
  return `balancer ${balancer + 1}`;
}
