//! What proving, reading and fingerprinting a webhook costs beside the SHA-256 of the same bytes: the part that no
//! implementation can leave out. The body comes by standard input, nanoseconds per turn go to standard output.

use std::{
    error::Error,
    hint::black_box,
    io::{Read as _, Write as _, stdin, stdout},
    time::Instant,
};

use hmac::{Hmac, Mac as _};
use sha2::{Digest as _, Sha256};
use tributary_connectors::{
    contract::{Inbound, Via},
    registry,
};
use tributary_domain::{fingerprint, platform::Platform};

const SECRET: &[u8] = b"not-a-secret-of-anything";
const TURNS: u32 = 20_000;

#[expect(clippy::disallowed_methods, reason = "a benchmark measures time")]
fn nanoseconds(mut turn: impl FnMut()) -> f64 {
    let begun = Instant::now();
    (0..TURNS).for_each(|_| turn());
    begun.elapsed().as_secs_f64() * 1e9 / f64::from(TURNS)
}

fn main() -> Result<(), Box<dyn Error>> {
    let mut body = Vec::new();
    stdin().read_to_end(&mut body)?;
    let mut mac = Hmac::<Sha256>::new_from_slice(SECRET).map_err(|error| error.to_string())?;
    mac.update(&body);
    let signature = format!("sha256={}", hex::encode(mac.finalize().into_bytes()));
    let text = "Where is my order 4821? It was meant to arrive on Tuesday.";

    let verify = || registry::verify(Platform::Instagram, &[SECRET], Some(&signature), black_box(&body));
    let proved = verify()?;
    let inbound = Inbound { body: proved, account: None, via: Via::Webhook };
    let parsed = registry::parse(Platform::Instagram, &inbound);
    if parsed.events.len() != 1 {
        return Err("the body holds no message".into());
    }
    let mut lines = Vec::new();
    for _ in 0..7 {
        let sha256 = nanoseconds(|| {
            black_box(Sha256::digest(black_box(&body)));
        });
        let verified = nanoseconds(|| _ = black_box(verify()));
        let read = nanoseconds(|| _ = black_box(registry::parse(Platform::Instagram, &inbound)));
        let print = nanoseconds(|| _ = black_box(fingerprint::words(&[black_box(text)])));
        lines.push(format!(
            "{{\"sha256\":{sha256:.0},\"verify\":{verified:.0},\"parse\":{read:.0},\"fingerprint\":{print:.0}}}"
        ));
    }
    writeln!(stdout(), "[{}]", lines.join(","))?;
    Ok(())
}
