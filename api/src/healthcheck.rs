//! `plenary healthcheck`: asks a node how it is, for images that have no other program to ask with.

use crate::config::HealthcheckArgs;
use reqwest::{Client, StatusCode, Url, redirect::Policy};
use std::{
    error::Error,
    net::{IpAddr, Ipv4Addr, SocketAddr},
    time::Duration,
};

/// A node that lives answers at once. Below the time that an orchestrator gives the command, so that what is wrong is said.
const PATIENCE: Duration = Duration::from_secs(2);

/// Returns when the answer is 200, or says what it is.
pub async fn run(args: &HealthcheckArgs) -> Result<(), Box<dyn Error>> {
    let url = args.url.clone().unwrap_or_else(|| default_url(args.listen));
    let client = Client::builder().no_proxy().timeout(PATIENCE).redirect(Policy::none()).build()?;
    let response = client.get(url.clone()).send().await?;
    match response.status() {
        StatusCode::OK => Ok(()),
        status => {
            let text = response.text().await.unwrap_or_default();
            let line = text.lines().next().unwrap_or_default();
            Err(format!("{url} answered {status} {line}").trim_end().into())
        }
    }
}

/// The node in the same container: where it listens, or on the loopback interface if it listens everywhere.
fn default_url(listen: SocketAddr) -> Url {
    let ip = match listen.ip() {
        ip if ip.is_unspecified() => IpAddr::V4(Ipv4Addr::LOCALHOST),
        ip => ip,
    };
    let address = SocketAddr::new(ip, listen.port());
    format!("http://{address}/healthz").parse().expect("an address is a host")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_node_is_asked_where_it_listens() {
        for (listen, url) in [
            ("0.0.0.0:8080", "http://127.0.0.1:8080/healthz"),
            ("[::]:8081", "http://127.0.0.1:8081/healthz"),
            ("127.0.0.1:80", "http://127.0.0.1/healthz"),
            ("[::1]:8080", "http://[::1]:8080/healthz"),
            ("10.1.2.3:8080", "http://10.1.2.3:8080/healthz"),
        ] {
            assert_eq!(default_url(listen.parse().unwrap()).as_str(), url);
        }
    }
}
