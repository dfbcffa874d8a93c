/** A person whom the local identity provider can sign in. Demo data only. */
export interface Persona {
  /** Name of the person's User entity in the catalog. */
  sub: string;
  name: string;
  email: string;
  role: string;
  /** What this person can do in the demo, shown on the sign-in page. */
  can: string;
}

export const DEMO_PERSONAS: readonly Persona[] = [
  {
    sub: 'maya.chen',
    name: 'Maya Chen',
    email: 'maya.chen@telehealth.example',
    role: 'Engineer',
    can: 'Creates services, sees everything, changes dev.',
  },
  {
    sub: 'daniel.okafor',
    name: 'Daniel Okafor',
    email: 'daniel.okafor@telehealth.example',
    role: 'Release manager',
    can: 'Promotes and rolls back on every stage.',
  },
  {
    sub: 'sofia.rossi',
    name: 'Sofia Rossi',
    email: 'sofia.rossi@telehealth.example',
    role: 'Release manager',
    can: 'Approves what Daniel asks for, and the other way round.',
  },
  {
    sub: 'ravi.patel',
    name: 'Ravi Patel',
    email: 'ravi.patel@telehealth.example',
    role: 'Auditor',
    can: 'Reads every record, changes nothing.',
  },
];
