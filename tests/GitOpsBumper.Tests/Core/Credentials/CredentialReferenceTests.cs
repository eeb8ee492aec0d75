using FsCheck;
using FsCheck.Fluent;
using GitOpsBumper.Core.Credentials;

namespace GitOpsBumper.Tests.Core.Credentials;

public sealed class CredentialReferenceTests
{
    [Theory]
    [InlineData("pullsecret:argocd/regcred", "argocd/regcred")]
    [InlineData("secret:argocd/regcred#creds", "argocd/regcred")]
    [InlineData("env:REGISTRY_CREDS", null)]
    [InlineData("ext:/scripts/login.sh", null)]
    public void Print_and_parse_are_inverse(string text, string? secret)
    {
        Assert.True(CredentialReference.TryParse(text, out var reference, out var problem), problem);
        Assert.Equal(text, reference.ToString());
        Assert.Equal(secret, reference.SecretName?.ToString());
    }

    [Theory]
    [InlineData("", "allowed are pullsecret:")]
    [InlineData("regcred", "allowed are pullsecret:")]
    [InlineData("pullsecret:regcred", "pullsecret:<namespace>/<name>")]
    [InlineData("pullsecret:a/b#c", "pullsecret:<namespace>/<name>")]
    [InlineData("secret:a/b", "secret:<namespace>/<name>#<field>")]
    [InlineData("secret:a/b#", "secret:<namespace>/<name>#<field>")]
    [InlineData("env:A-B", "env:<NAME>")]
    [InlineData("env:", "env:<NAME>")]
    [InlineData("ext:login.sh", "absolute path")]
    [InlineData("ext:/scripts/../bin/sh", "absolute path")]
    public void What_is_allowed_is_told(string text, string part)
    {
        Assert.False(CredentialReference.TryParse(text, out _, out var problem));
        Assert.Contains($"'{text}'", problem, StringComparison.Ordinal);
        Assert.Contains(part, problem, StringComparison.Ordinal);
    }

    [Fact]
    public void A_secret_prints_stars()
    {
        var credential = new UserCredential("me", new Secret("hunter2"));
        Assert.DoesNotContain("hunter2", credential.ToString(), StringComparison.Ordinal);
        Assert.Equal(credential, new UserCredential("me", new Secret("hunter2")));
        Assert.NotEqual(credential, new UserCredential("me", new Secret("hunter3")));
        Assert.Equal("hunter2", credential.Password.Reveal());
    }

    [Theory]
    [InlineData("me:hunter2\n", "me", "hunter2")]
    [InlineData("me:a:b", "me", "a:b")]
    [InlineData(":token", "", "token")]
    public void User_and_password_are_apart_at_the_first_colon(string text, string user, string password)
    {
        Assert.True(UserCredential.TryParse(text, out var credential, out var problem), problem);
        Assert.Equal(new UserCredential(user, new Secret(password)), credential);
    }

    [Theory]
    [InlineData("hunter2")]
    [InlineData("hunter2:")]
    [InlineData("me:hunter2\nmore")]
    public void A_bad_credential_is_not_repeated(string text)
    {
        Assert.False(UserCredential.TryParse(text, out _, out var problem));
        Assert.DoesNotContain("hunter2", problem, StringComparison.Ordinal);
    }

    [Fact]
    public void Whatever_is_given_nothing_is_thrown() =>
        Prop.ForAll<string>(text => CredentialReference.TryParse(text ?? "", out _, out _) || UserCredential.TryParse(text ?? "", out _, out _) || DockerConfigJson.TryParse(text ?? "", out _, out _) || true)
            .QuickCheckThrowOnFailure();
}
