/**
 * What a scenario that says nothing of them makes of the settings of the model: the numbers of the
 * catalogue and its presets, so that tests of the model state none of them again.
 */
import type { ApiServerSettings } from '../../src/model/api-server/api-server-settings.ts';
import { LEASE_TIMES } from '../../src/model/lease/lease-settings.ts';
import type { BalancerPlan } from '../../src/model/load-balancer/balancer-plan.ts';
import type { CloudSettings } from '../../src/model/load-balancer/cloud/cloud.ts';
import type {
  HaproxyServerSettings,
  HaproxySettings,
} from '../../src/model/load-balancer/haproxy/haproxy-settings.ts';
import type {
  TrackScriptSettings,
  VrrpSettings,
} from '../../src/model/load-balancer/keepalived/keepalived-settings.ts';
import type { KubeVipSettings } from '../../src/model/load-balancer/kube-vip.ts';
import { KUBELET_DEFAULTS } from '../../src/model/process/kubelet.ts';
import { parse } from '../scenario/parsing.ts';

type PlanOf<Kind extends BalancerPlan['kind']> = Extract<BalancerPlan, { kind: Kind }>;

function kubernetes(loadBalancer: string) {
  return parse(`topology: { loadBalancer: ${loadBalancer} }\nclients: {}`).topology.kubernetes!;
}

function balancer<Kind extends BalancerPlan['kind']>(kind: Kind, written: string = kind) {
  const plan = kubernetes(written).balancer;
  if (plan.kind !== kind) throw new Error(`${written} makes a plan of ${plan.kind}`);
  return plan as PlanOf<Kind>;
}

const cloud = (provider: string) =>
  balancer('cloud', `{ kind: cloud, provider: ${provider} }`).cloud;
const keepalived = balancer('haproxy-keepalived');
const sample = balancer('haproxy').haproxy;
const kubeVip = balancer('kube-vip');

export const API_SERVER_DEFAULTS: ApiServerSettings = kubernetes('none').apiServer;
export const AWS_NLB: CloudSettings = cloud('aws-nlb');
export const AZURE_STANDARD: CloudSettings = cloud('azure-standard');
export const GCP_PASSTHROUGH: CloudSettings = cloud('gcp-passthrough');
export const KUBEADM_VRRP: VrrpSettings = keepalived.vrrp;
export const KUBEADM_TRACK_SCRIPT: TrackScriptSettings = keepalived.script!;
/** Intervals that are left out follow `inter`, which tests may change. */
export const HAPROXY_SERVER: HaproxyServerSettings = {
  ...sample.server,
  fastinter: undefined,
  downinter: undefined,
};
export const KUBEADM_HAPROXY: HaproxySettings = { ...sample, server: HAPROXY_SERVER };
export const KUBEADM_KUBE_VIP: KubeVipSettings = { ...kubeVip, kubelet: KUBELET_DEFAULTS };
/** With the times of kube-vip's own command line (cmd/kube-vip.go). */
export const KUBE_VIP_LEASE: KubeVipSettings = { ...KUBEADM_KUBE_VIP, times: LEASE_TIMES };
