/** An etcd process ends by itself, data intact. */
import { faultKind } from './fault-kind.ts';
import { ofMembers } from './targets.ts';

export const etcdCrash = faultKind({
  key: 'etcd.crash',
  description: "An etcd process ends; the kubelet's back-off comes before `repair`, its start-up.",
  class: 'software',
  layer: 'structure',
  by: {
    value: 'supervisor',
    source:
      'kubeadm runs etcd as a static pod, which the kubelet restarts: at once, then after 10 s ' +
      'doubling to 300 s, forgotten after 10 min of health (MaxContainerBackOff)',
    evidence: 'V',
  },
  targets: (layout) => ofMembers(layout, 'etcd'),
});
