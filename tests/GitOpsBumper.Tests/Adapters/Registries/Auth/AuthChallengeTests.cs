using GitOpsBumper.Adapters.Registries.Auth;

namespace GitOpsBumper.Tests.Adapters.Registries.Auth;

public sealed class AuthChallengeTests
{
    [Theory]
    [InlineData("Bearer realm=\"https://auth.docker.io/token\",service=\"registry.docker.io\",scope=\"repository:a/b:pull\"", "https://auth.docker.io/token", "registry.docker.io")]
    [InlineData("bearer service=x, REALM=\"https://a.example.com/t\"", "https://a.example.com/t", "x")]
    [InlineData("Bearer realm=\"https://a.example.com/t?a=b,c\",error=\"invalid_token\"", "https://a.example.com/t?a=b,c", "")]
    [InlineData("Bearer realm=\"a\\\"b\"", "a\"b", "")]
    public void A_bearer_challenge_names_realm_and_service(string header, string realm, string service) =>
        Assert.Equal(new AuthChallenge.Bearer(realm, service), Read(header));

    [Fact]
    public void A_token_is_preferred_to_a_password() =>
        Assert.Equal(new AuthChallenge.Bearer("https://a.example.com/", ""), Read("Basic realm=\"x\"", "Bearer realm=\"https://a.example.com/\""));

    [Theory]
    [InlineData("Basic realm=\"Sonatype Nexus\"")]
    [InlineData("BASIC")]
    public void Passwords_are_understood(string header) => Assert.IsType<AuthChallenge.Basic>(Read(header));

    [Theory]
    [InlineData("Bearer")]
    [InlineData("Bearer service=\"x\"")]
    [InlineData("Bearer realm=\"https://a")]
    [InlineData("Negotiate abc")]
    public void What_is_not_understood_is_no_challenge(string header) => Assert.Null(Read(header));

    private static AuthChallenge? Read(params string[] headers)
    {
        using var response = new HttpResponseMessage();
        foreach (var header in headers)
            Assert.True(response.Headers.TryAddWithoutValidation("WWW-Authenticate", header));
        return AuthChallenge.Read(response.Headers);
    }
}
