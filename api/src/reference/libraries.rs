//! Variables that libraries read, which the command line does not know.

/// A family of variables that one library reads.
pub(super) struct Family {
    pub(super) of: &'static str,
    /// Name and meaning.
    pub(super) variables: &'static [(&'static str, &'static str)],
}

/// All of them that are of use to an operator.
pub(super) const FAMILIES: [Family; 3] = [
    Family {
        of: "AWS: the table with `DYNAMODB=aws`, and ElastiCache with `REDIS_IAM_CACHE`",
        variables: &[
            (
                "AWS_REGION",
                "The region of the table and of the cache. Amazon ECS sets it in its containers; where it is not set, that of the profile counts.",
            ),
            (
                "AWS_CONTAINER_CREDENTIALS_RELATIVE_URI",
                "Where the credentials of a task's role are. Amazon ECS sets it; nothing else has to be configured there.",
            ),
            (
                "AWS_CONTAINER_CREDENTIALS_FULL_URI",
                "The same as a whole URL, which Amazon EKS Pod Identity sets together with `AWS_CONTAINER_AUTHORIZATION_TOKEN_FILE`.",
            ),
            (
                "AWS_WEB_IDENTITY_TOKEN_FILE",
                "A token for which STS gives the credentials of `AWS_ROLE_ARN`, as in Kubernetes.",
            ),
            (
                "AWS_ACCESS_KEY_ID",
                "A key of its own, with `AWS_SECRET_ACCESS_KEY` and, if it is temporary, `AWS_SESSION_TOKEN`. It comes before all others.",
            ),
            (
                "AWS_PROFILE",
                "The profile in `~/.aws/config` and `~/.aws/credentials`, or in the files that `AWS_CONFIG_FILE` and `AWS_SHARED_CREDENTIALS_FILE` name.",
            ),
            (
                "AWS_EC2_METADATA_DISABLED",
                "`true`: do not ask the machine for credentials. Outside of AWS this saves the seconds until nobody has answered.",
            ),
            (
                "AWS_ENDPOINT_URL_DYNAMODB",
                "Another address of DynamoDB, such as a VPC endpoint; `AWS_ENDPOINT_URL` is that of all services.",
            ),
            ("AWS_USE_FIPS_ENDPOINT", "`true`: DynamoDB's endpoint with validated cryptography."),
        ],
    },
    Family {
        of: "TLS and proxies",
        variables: &[
            (
                "SSL_CERT_FILE",
                "Certificates to trust instead of the system's, as a PEM file; `SSL_CERT_DIR` is a directory of such. For `rediss://`, key sets and the review hook.",
            ),
            (
                "HTTPS_PROXY",
                "The proxy on the way to key sets and to the review hook, except to the hosts in `NO_PROXY`. This machine's own addresses need none.",
            ),
        ],
    },
    Family {
        of: "The runtime",
        variables: &[(
            "TOKIO_WORKER_THREADS",
            "Threads that serve; as many as there are cores unless it is set.",
        )],
    },
];
