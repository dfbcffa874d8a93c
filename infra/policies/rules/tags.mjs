// Who owns a resource and what it holds, so that a finding finds somebody.

const WANTED = ['Environment', 'ManagedBy', 'Owner', 'DataClass'];

export default [
  {
    id: 'CAREPLANE.HIPAA.Tags',
    cfr: ['164.308(a)(1)(ii)(A)', '164.310(d)(2)(iii)'],
    title: `Every resource that can be tagged carries ${WANTED.join(', ')}`,
    whole: plan =>
      plan.resources.flatMap(({ address, values }) => {
        if (!values.tags_all) return [];
        const missing = WANTED.filter(name => !values.tags_all[name]);
        return missing.length === 0
          ? []
          : [{ address, problem: `lacks ${missing.join(', ')}` }];
      }),
  },
];
