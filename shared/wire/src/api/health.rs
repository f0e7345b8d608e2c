//! Whether the parts are there.

super::body! {
    /// Whether the parts are there.
    pub struct HealthItem {
        /// `ok`, or `broken` with a status of 503.
        pub status: String,
        /// Parts that are made up for.
        #[serde(default, skip_serializing_if = "Vec::is_empty")]
        pub degraded: Vec<String>,
        /// Parts that are missing or fail.
        #[serde(default, skip_serializing_if = "Vec::is_empty")]
        pub broken: Vec<String>,
    }
}
