using GitOpsBumper.Core.Signatures;

namespace GitOpsBumper.Tests.Core.Signatures;

public sealed class KeyReferenceTests
{
    [Theory]
    [InlineData("cosign:production")]
    [InlineData("cosign:Team_A-2026.v1")]
    [InlineData("cosign:secret")]
    [InlineData("cosign:secret:argocd/keys#cosign.pub")]
    [InlineData("cosign:env:COSIGN_KEY")]
    public void What_names_a_key_is_kept_as_it_is_written(string text)
    {
        Assert.True(KeyReference.TryParse(text, out var value, out var problem), problem);
        Assert.Equal(text, value.ToString());
    }

    [Theory]
    [InlineData("production", "allowed are cosign:<name>")]
    [InlineData("cosign:", "allowed are cosign:<name>")]
    [InlineData("Cosign:production", "allowed are cosign:<name>")]
    [InlineData("notation:production", "allowed are cosign:<name>")]
    [InlineData("cosign:file:/etc/passwd", "allowed are cosign:<name>")]
    [InlineData("cosign:https://example.com/key.pub", "allowed are cosign:<name>")]
    [InlineData("cosign:pullsecret:argocd/keys", "allowed are cosign:<name>")]
    [InlineData("cosign:ext:/bin/true", "allowed are cosign:<name>")]
    [InlineData("cosign:secret:argocd/keys", "cosign:secret:<namespace>/<name>#<field>")]
    [InlineData("cosign:secret:keys#cosign.pub", "cosign:secret:<namespace>/<name>#<field>")]
    [InlineData("cosign:env:", "cosign:env:<NAME>")]
    [InlineData("cosign:env:A-B", "cosign:env:<NAME>")]
    [InlineData("cosign:../production", "letters, digits")]
    [InlineData("cosign:/etc/keys/production", "letters, digits")]
    [InlineData("cosign:.hidden", "letters, digits")]
    [InlineData("cosign:..", "letters, digits")]
    [InlineData("cosign:a b", "letters, digits")]
    [InlineData("cosign:a\\b", "letters, digits")]
    [InlineData("cosign:aé", "letters, digits")]
    [InlineData("cosign:0123456789012345678901234567890123456789012345678901234567890123", "at most 63")]
    public void Everything_else_is_a_problem_that_names_what_is_allowed(string text, string allowed)
    {
        Assert.False(KeyReference.TryParse(text, out _, out var problem));
        Assert.Contains(allowed, problem, StringComparison.Ordinal);
        Assert.Contains(text, problem, StringComparison.Ordinal);
    }
}
