#[cfg(test)]
mod tests {
    #[tokio::test]
    async fn works() {}
}
