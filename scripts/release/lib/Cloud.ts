/** What a proof makes in an AWS that is not the sandbox: over the wire, by hand. */
export class Cloud {
  constructor(private readonly url: string, private readonly account: string) {}

  async #send(
    service: string,
    path: string,
    init: { method?: string; target?: string; body?: object },
  ): Promise<Record<string, any>> {
    const response = await fetch(`${this.url}${path}`, {
      method: init.method ?? 'POST',
      headers: {
        authorization: `AWS4-HMAC-SHA256 Credential=${this.account}/20260101/us-east-1/${service}/aws4_request, SignedHeaders=host, Signature=0`,
        'content-type': init.target
          ? 'application/x-amz-json-1.1'
          : 'application/json',
        ...(init.target && { 'x-amz-target': init.target }),
      },
      body: init.body && JSON.stringify(init.body),
    });
    const text = await response.text();
    if (!response.ok) {
      throw new Error(`${service} ${path} ${init.target ?? ''}: ${text}`);
    }
    return text ? JSON.parse(text) : {};
  }

  readonly #json = (service: string, prefix: string, operation: string) => {
    const target = `${prefix}.${operation}`;
    return (body: object) => this.#send(service, '/', { target, body });
  };

  /** A function with a version for each zip, and alias `live` on the first. */
  async makeFunction(name: string, zips: string[]): Promise<void> {
    const functions = '/2015-03-31/functions';
    const role = `arn:aws:iam::${this.account}:role/${name}`;
    await this.#makeRole(name);
    const lambda = (path: string, method: string, body: object) =>
      this.#retry(() => this.#send('lambda', path, { method, body }));
    await lambda(functions, 'POST', {
      FunctionName: name,
      Runtime: 'nodejs22.x',
      Handler: 'index.handler',
      Role: role,
      Code: { ZipFile: zips[0] },
    });
    await lambda(`${functions}/${name}/versions`, 'POST', {});
    for (const ZipFile of zips.slice(1)) {
      await lambda(`${functions}/${name}/code`, 'PUT', { ZipFile });
      await lambda(`${functions}/${name}/versions`, 'POST', {});
    }
    await lambda(`${functions}/${name}/aliases`, 'POST', {
      Name: 'live',
      FunctionVersion: '1',
    });
  }

  /** A Fargate service with two task definitions by digest, on the first. */
  async makeService(cluster: string, name: string): Promise<void> {
    const ecs = (operation: string) =>
      this.#json('ecs', 'AmazonEC2ContainerServiceV20141113', operation);
    const ecr = (operation: string) =>
      this.#json('ecr', 'AmazonEC2ContainerRegistry_V20150921', operation);
    await ecr('CreateRepository')({ repositoryName: name });
    await ecs('CreateCluster')({ clusterName: cluster });
    for (const imageTag of ['1.0.0', '1.1.0']) {
      const { image } = await ecr('PutImage')({
        repositoryName: name,
        imageTag,
        imageManifest: JSON.stringify({
          schemaVersion: 2,
          mediaType: 'application/vnd.docker.distribution.manifest.v2+json',
          layers: [],
          tag: imageTag,
        }),
      });
      await ecs('RegisterTaskDefinition')({
        family: name,
        networkMode: 'awsvpc',
        requiresCompatibilities: ['FARGATE'],
        cpu: '256',
        memory: '512',
        containerDefinitions: [
          {
            name: 'app',
            image: `${this.account}.dkr.ecr.us-east-1.amazonaws.com/${name}@${image.imageId.imageDigest}`,
          },
        ],
      });
    }
    await ecs('CreateService')({
      cluster,
      serviceName: name,
      launchType: 'FARGATE',
      desiredCount: 0,
      taskDefinition: `${name}:1`,
      networkConfiguration: {
        awsvpcConfiguration: {
          subnets: [await this.#subnet()],
          securityGroups: [],
        },
      },
    });
  }

  /** A subnet that is there; the sandbox has no EC2 and asks for none. */
  async #subnet(): Promise<string> {
    const answer = await this.#query('ec2', {
      Action: 'DescribeSubnets',
      Version: '2016-11-15',
    });
    return /subnet-[0-9a-f]+/.exec(answer)?.[0] ?? 'subnet-1';
  }

  async #query(service: string, input: Record<string, string>) {
    const response = await fetch(this.url, {
      method: 'POST',
      headers: {
        authorization: `AWS4-HMAC-SHA256 Credential=${this.account}/20260101/us-east-1/${service}/aws4_request, SignedHeaders=host, Signature=0`,
        'content-type': 'application/x-www-form-urlencoded',
      },
      body: new URLSearchParams(input).toString(),
    });
    return response.text();
  }

  /** moto asks for a role that exists; the sandbox has no IAM. */
  async #makeRole(name: string): Promise<void> {
    const policy = JSON.stringify({
      Version: '2012-10-17',
      Statement: [
        {
          Effect: 'Allow',
          Principal: { Service: 'lambda.amazonaws.com' },
          Action: 'sts:AssumeRole',
        },
      ],
    });
    await this.#query('iam', {
      Action: 'CreateRole',
      Version: '2010-05-08',
      RoleName: name,
      AssumeRolePolicyDocument: policy,
    });
  }

  /** A function that is being changed refuses the next change for a moment. */
  async #retry<T>(run: () => Promise<T>): Promise<T> {
    for (let tries = 0; ; tries += 1) {
      try {
        return await run();
      } catch (error) {
        if (
          tries === 40 ||
          !/cannot be performed at this time/.test(String(error))
        ) {
          throw error;
        }
        await new Promise(resolve => setTimeout(resolve, 100));
      }
    }
  }
}
