// https://aws.amazon.com/fargate/pricing/, https://aws.amazon.com/elasticloadbalancing/pricing/
const HOURS = 730;
const VCPU = { ARM64: 0.03238, X86_64: 0.04048 };
const GB = { ARM64: 0.00356, X86_64: 0.004445 };

export default {
  aws_ecs_task_definition: ({ cpu, memory, runtime_platform: [on] = [] }) => {
    const architecture = on?.cpu_architecture ?? 'X86_64';
    return {
      monthly:
        HOURS *
        ((cpu / 1024) * VCPU[architecture] +
          (memory / 1024) * GB[architecture]),
      why: 'one task, all the time; each further replica as much',
    };
  },
  aws_lb: () => ({
    monthly: 0.0225 * HOURS + 5.84,
    why: 'hours and one capacity unit',
  }),
  aws_wafv2_web_acl: ({ rule = [] }) => ({
    monthly: 5 + rule.length,
    why: 'the list and its rules; $0.60 per million requests besides',
  }),
};
