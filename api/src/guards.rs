//! What stands between a sender and the room, put together from the configuration.

use crate::config::{Config, ReviewConfig, Secret};
use resolvers::{
    Guards,
    source::{
        broker::RedisConfig,
        limiter::Limiter,
        review::{self, ReviewHook, UnfitUrl},
    },
    word_filter::{WordFilter, WordFilters},
};
use std::{error::Error, fs};

/// The limits, the word filter and the review hook of a node; where the nodes share a Redis they share the limits. Must be called within
/// a Tokio runtime.
pub(crate) fn guards(
    config: &Config,
    redis: Option<RedisConfig>,
) -> Result<Guards, Box<dyn Error>> {
    Ok(Guards {
        limiter: redis.map_or_else(Limiter::local, Limiter::redis),
        rates: config.rates.rates(),
        words: words(&config.review)?,
        review: hook(&config.review)?,
    })
}

fn words(config: &ReviewConfig) -> Result<WordFilters, Box<dyn Error>> {
    let Some(path) = &config.word_filter_file else { return Ok(WordFilters::default()) };
    let refused = |reason: &dyn Error| format!("WORD_FILTER_FILE {}: {reason}", path.display());
    let list = fs::read_to_string(path).map_err(|error| refused(&error))?;
    let filter = WordFilter::parse(&list).map_err(|error| refused(&error))?;
    Ok(WordFilters::new(filter))
}

fn hook(config: &ReviewConfig) -> Result<ReviewHook, Box<dyn Error>> {
    let Some(url) = &config.review_hook_url else { return Ok(ReviewHook::default()) };
    let secret = config.review_hook_secret.as_ref().map(Secret::expose).unwrap_or_default();
    let url =
        url.expose().parse().map_err(|unfit: UnfitUrl| format!("REVIEW_HOOK_URL: {unfit}"))?;
    ReviewHook::new(&review::ReviewConfig {
        url,
        secret: secret.into(),
        timeout: config.review_hook_timeout,
        on_failure: config.review_hook_on_failure,
    })
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::config::{Cli, Command};
    use clap::Parser;
    use resolvers::{Verdict, word_filter::RoomTerms};
    use std::path::Path;

    fn config(arguments: &[&str]) -> ReviewConfig {
        let cli = Cli::try_parse_from(["plenary", "serve"].iter().chain(arguments)).unwrap();
        let Command::Serve(config) = cli.command else { panic!("another command") };
        config.review
    }

    fn words_in(path: &Path) -> Result<WordFilters, String> {
        let config = config(&["--word-filter-file", path.to_str().unwrap()]);
        words(&config).map_err(|error| error.to_string())
    }

    #[test]
    fn an_address_that_is_not_safe_is_refused_and_not_shown() {
        let hook_at = |url| {
            let hook = hook(&config(&["--review-hook-url", url, "--review-hook-secret", "s3cret"]));
            hook.map(|hook| hook.is_on()).map_err(|error| error.to_string())
        };
        assert_eq!(hook_at("https://hook.example/?key=hunter2"), Ok(true));
        let refused = hook_at("http://hook.example/?key=hunter2").unwrap_err();
        assert!(
            refused.starts_with("REVIEW_HOOK_URL: ") && !refused.contains("hunter2"),
            "{refused}"
        );
        assert!(!hook(&config(&[])).unwrap().is_on());
    }

    #[test]
    fn a_bad_list_of_terms_is_named_with_the_line() {
        let path = std::env::temp_dir().join(format!("plenary-{}.txt", ulid::Ulid::generate()));
        let missing = words_in(&path).err().unwrap();
        assert!(
            missing.starts_with("WORD_FILTER_FILE ") && missing.contains("plenary-"),
            "{missing}"
        );
        fs::write(&path, "hold:\nmaybe\nnev*er\n").unwrap();
        let refused = words_in(&path).err().unwrap();
        assert!(refused.contains("WORD_FILTER_FILE ") && refused.contains("line 3: "), "{refused}");
        fs::write(&path, "hold:\nmaybe\n").unwrap();
        let filters = words_in(&path).unwrap();
        fs::remove_file(&path).unwrap();
        let terms = RoomTerms { room: &"r".parse().unwrap(), version: 1, hold: &[], refuse: &[] };
        assert_eq!(filters.check(&terms, "Maybe."), Verdict::Hold);
    }
}
