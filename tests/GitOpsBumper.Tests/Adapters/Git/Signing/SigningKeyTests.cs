using GitOpsBumper.Adapters.Git.Signing;

namespace GitOpsBumper.Tests.Adapters.Git.Signing;

public sealed class SigningKeyTests
{
    private const string Armour = "-----BEGIN PGP PRIVATE KEY BLOCK-----\n\nc2VjcmV0\n-----END PGP PRIVATE KEY BLOCK-----\n";

    [Theory]
    [InlineData("0123ABCD", true)]
    [InlineData("0x0123abcd", true)]
    [InlineData("0123456789ABCDEF!", true)]
    [InlineData("3FD1E0B5561A0AD67FEE481C03DB236770D0AD34", true)]
    [InlineData("0123ABC", false)]
    [InlineData("0x", false)]
    [InlineData("!", false)]
    [InlineData("0123ABCG", false)]
    [InlineData("--export-secret-keys", false)]
    [InlineData("bot@example.com", false)]
    [InlineData("./0123ABCD", false)]
    public void An_id_is_hex_digits_and_nothing_that_gpg_could_read_as_something_else(string text, bool isId) => Assert.Equal(isId, SigningKey.IsId(text));

    [Fact]
    public void Two_keys_are_one_when_their_texts_are()
    {
        Assert.Equal(Parse(Armour), Parse("\r\n" + Armour.ReplaceLineEndings("\r\n")));
        Assert.NotEqual(Parse(Armour), Parse(Armour.Replace("c2", "d2", StringComparison.Ordinal)));
    }

    [Fact]
    public void A_key_prints_nothing_of_itself() => Assert.Equal("***", Parse(Armour).ToString());

    [Theory]
    [InlineData("-----BEGIN PGP PUBLIC KEY BLOCK-----\n\nc2VjcmV0\n-----END PGP PUBLIC KEY BLOCK-----\n", "is a public key; the secret one is needed")]
    [InlineData("-----BEGIN PGP PRIVATE KEY BLOCK-----\n\nc2VjcmV0\n", "is cut short")]
    [InlineData("c2VjcmV0", "is no secret key in ASCII")]
    [InlineData("", "is no secret key in ASCII")]
    public void A_file_that_is_no_secret_key_is_told_as_what_it_is(string text, string part)
    {
        Assert.False(SigningKey.TryParseOpenPgp(text, out _, out var problem));
        Assert.StartsWith(part, problem, StringComparison.Ordinal);
        Assert.DoesNotContain("c2VjcmV0", problem, StringComparison.Ordinal);
    }

    private static SigningKey Parse(string text)
    {
        Assert.True(SigningKey.TryParseOpenPgp(text, out var key, out var problem), problem);
        return key;
    }
}
