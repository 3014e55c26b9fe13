import { RemovalPolicy } from "aws-cdk-lib";
import * as ecr from "aws-cdk-lib/aws-ecr";
import * as iam from "aws-cdk-lib/aws-iam";
import { Construct } from "constructs";

/** Images of others, by their names in Amazon's public registry. Which versions run is said here and nowhere else. */
export const PUBLIC_IMAGES = {
  collector: { name: "aws-observability/aws-otel-collector", tag: "v0.43.3" },
  commandLine: { name: "aws-cli/aws-cli", tag: "2.31.3" },
};

export type PublicImage = keyof typeof PUBLIC_IMAGES;

/** Prefix of the repositories behind which the public registry is. */
const CACHE = "ecr-public";

/** Repositories of our images, and a cache of the public ones, so that no start of a task depends on another registry's day. */
export class Images extends Construct {
  readonly server: ecr.Repository;
  readonly loadTest: ecr.Repository;
  private readonly cached: Record<PublicImage, ecr.Repository>;

  constructor(scope: Construct, id: string, name: string) {
    super(scope, id);
    this.server = this.repository("Server", name.toLowerCase());
    this.loadTest = this.repository("LoadTest", `${name.toLowerCase()}-loadtest`);
    new ecr.CfnPullThroughCacheRule(this, "Cache", {
      ecrRepositoryPrefix: CACHE,
      upstreamRegistry: "ecr-public",
      upstreamRegistryUrl: "public.ecr.aws",
    });
    this.cached = {
      collector: this.cache("Collector", "collector"),
      commandLine: this.cache("CommandLine", "commandLine"),
    };
  }

  /** The repository of a public image and the tag that runs. */
  public(image: PublicImage): { repository: ecr.IRepository; tag: string } {
    return { repository: this.cached[image], tag: PUBLIC_IMAGES[image].tag };
  }

  /**
   * What the first pull of a tag needs beside a pull. The managed policy of execution roles has neither this nor
   * `ecr:CreateRepository`, which nobody needs, because the repositories are made here.
   */
  grantImport(role: iam.IRole, ...images: PublicImage[]) {
    role.addToPrincipalPolicy(
      new iam.PolicyStatement({
        actions: ["ecr:BatchImportUpstreamImage"],
        resources: images.map((image) => this.cached[image].repositoryArn),
      }),
    );
  }

  private cache(id: string, image: PublicImage): ecr.Repository {
    return this.repository(id, `${CACHE}/${PUBLIC_IMAGES[image].name}`);
  }

  private repository(id: string, repositoryName: string): ecr.Repository {
    return new ecr.Repository(this, id, {
      repositoryName,
      imageScanOnPush: true,
      imageTagMutability: ecr.TagMutability.IMMUTABLE,
      lifecycleRules: [{ description: "The last fifty", maxImageCount: 50 }],
      removalPolicy: RemovalPolicy.RETAIN,
    });
  }
}
