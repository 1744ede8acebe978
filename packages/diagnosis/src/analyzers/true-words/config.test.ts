import { testTrueTexts } from '@headwater/testkit/true-words.ts';
import { creating, event, type Fields, waiting } from '@headwater/testkit/true-worlds.ts';

const WEB = 'Deployment/shop/web';

const image = 'registry.example.com/web:1';

const configVolume = (name: string): Fields => ({
  containers: [{ name: 'web', image, volumeMounts: [{ name: 'config', mountPath: '/etc/web' }] }],
  volumes: [{ name: 'config', configMap: { name } }],
});

const secretVolume = (secretName: string, volume = 'config', items?: readonly Fields[]): Fields => ({
  containers: [{ name: 'web', image, volumeMounts: [{ name: volume, mountPath: '/etc/web' }] }],
  volumes: [{ name: volume, secret: { secretName, ...(items ? { items } : {}) } }],
});

const keyOf = (kind: 'secretKeyRef' | 'configMapKeyRef', name: string, key: string): Fields => ({
  env: [{ name: 'SETTING', valueFrom: { [kind]: { name, key } } }],
});

testTrueTexts('configuration', [
  {
    code: 'C01',
    from: 'cuishuaigit/k8s-monitor#2',
    category: 'configmap-missing',
    subject: WEB,
    world: creating(
      'FailedMount',
      'MountVolume.SetUp failed for volume "config-volume" : configmap "grafana-import-dashboards" not found',
      configVolume('grafana-import-dashboards'),
    ),
  },
  {
    code: 'C01',
    from: 'kubernetes/kubernetes#90725',
    category: 'configmap-missing',
    subject: WEB,
    world: creating(
      'FailedMount',
      'MountVolume.SetUp failed for volume "config" : configmap "kube-apiserver" not found',
      configVolume('kube-apiserver'),
    ),
  },
  {
    code: 'C01',
    from: 'kubernetes/kubernetes#40905',
    category: 'configmap-missing',
    subject: WEB,
    world: creating(
      'FailedMount',
      'MountVolume.SetUp failed for volume "kubernetes.io/configmap/39e819a4-e9ad-11e6-addf-080027893417-config-volume" (spec.Name: "config-volume") pod "39e819a4-e9ad-11e6-addf-080027893417" (UID: "39e819a4-e9ad-11e6-addf-080027893417") with: configmaps "prometheus" not found',
      configVolume('prometheus'),
    ),
  },
  {
    code: 'C02',
    from: 'werf/kubedog#198',
    category: 'secret-missing',
    subject: WEB,
    world: waiting(
      'CreateContainerConfigError',
      'secret "mysql" not found',
      keyOf('secretKeyRef', 'mysql', 'password'),
    ),
  },
  {
    code: 'C02',
    from: 'cloudfoundry/eirini-release#111',
    category: 'secret-missing',
    subject: WEB,
    world: waiting(
      'CreateContainerConfigError',
      'secrets "secrets-2.16.4-1" not found',
      keyOf('secretKeyRef', 'secrets-2.16.4-1', 'internal-ca-cert'),
    ),
  },
  {
    code: 'C02',
    from: 'jaconi-io/helm-charts#50',
    category: 'secret-missing',
    subject: WEB,
    world: creating(
      'FailedMount',
      'MountVolume.SetUp failed for volume "certs" : secret "coturn" not found',
      secretVolume('coturn', 'certs'),
    ),
  },
  {
    code: 'C03',
    from: 'shieldworks/aegis#293',
    category: 'key-missing',
    subject: WEB,
    world: {
      objects: [
        ...(waiting(
          'CreateContainerConfigError',
          "couldn't find key VALUE in Secret shop/aegis-secret-aegis-workload-demo",
          keyOf('secretKeyRef', 'aegis-secret-aegis-workload-demo', 'VALUE'),
        ).objects ?? []),
        event(
          'Pod/web-1-a',
          'Failed',
          "Error: couldn't find key VALUE in Secret shop/aegis-secret-aegis-workload-demo",
        ),
      ],
    },
  },
  {
    code: 'C03',
    from: 'hetznercloud/csi-driver#1389',
    category: 'key-missing',
    subject: WEB,
    world: waiting(
      'CreateContainerConfigError',
      "couldn't find key network in Secret shop/hcloud",
      keyOf('secretKeyRef', 'hcloud', 'network'),
    ),
  },
  {
    code: 'C03',
    from: 'juicedata/juicefs-operator#39',
    category: 'key-missing',
    subject: WEB,
    world: creating(
      'FailedMount',
      'MountVolume.SetUp failed for volume "init-config" : references non-existent secret key: initconfig',
      secretVolume('juicefs-config', 'init-config', [{ key: 'initconfig', path: 'initconfig' }]),
    ),
  },
]);
