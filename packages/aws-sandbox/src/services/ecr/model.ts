export type Severity = 'CRITICAL' | 'HIGH' | 'MEDIUM' | 'LOW' | 'INFORMATIONAL';

/** A finding as it stands in an image's `dev.careplane.findings` label. */
export interface Finding {
  name: string;
  severity: Severity;
  description?: string;
  uri?: string;
  package?: string;
  version?: string;
}

export interface RepositoryRecord {
  name: string;
  createdAt: string;
  mutability:
    | 'MUTABLE'
    | 'IMMUTABLE'
    | 'IMMUTABLE_WITH_EXCLUSION'
    | 'MUTABLE_WITH_EXCLUSION';
  /** Tags that the mutability does not hold for, `*` stands for any characters. */
  exclusions?: string[];
  scanOnPush: boolean;
  encryption: {
    encryptionType: 'AES256' | 'KMS' | 'KMS_DSSE';
    kmsKey?: string;
  };
  tags: Record<string, string>;
  lifecyclePolicy?: string;
  policy?: string;
}

export interface ScanRecord {
  completedAt: string;
  findings: Finding[];
}

export interface ImageRecord {
  repository: string;
  digest: string;
  tags: string[];
  manifestMediaType: string;
  /** SHA-256 of the manifest's blob, hex. */
  manifestBlob: string;
  size: number;
  pushedAt: string;
  storageClass: 'STANDARD' | 'ARCHIVE';
  archivedAt?: string;
  /** While it is restored from the archive: it cannot be pulled before. */
  activeAt?: string;
  scan?: ScanRecord;
}

/** What the sandbox needs of an OCI image configuration. */
export interface ImageConfig {
  architecture?: string;
  os?: string;
  config?: {
    Env?: string[];
    Cmd?: string[];
    Entrypoint?: string[];
    WorkingDir?: string;
    User?: string;
    ExposedPorts?: Record<string, object>;
    Labels?: Record<string, string>;
    Healthcheck?: {
      Test?: string[];
      Interval?: number;
      Timeout?: number;
      Retries?: number;
    };
  };
}
