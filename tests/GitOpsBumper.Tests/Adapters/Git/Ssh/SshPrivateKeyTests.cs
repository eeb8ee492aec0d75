using System.Text;
using GitOpsBumper.Adapters.Git.Ssh;

namespace GitOpsBumper.Tests.Adapters.Git.Ssh;

public sealed class SshPrivateKeyTests
{
    private const string Body = "aHVudGVyMg==";

    [Theory]
    [InlineData("RSA ")]
    [InlineData("EC ")]
    [InlineData("DSA ")]
    [InlineData("")]
    public void A_key_in_pem_is_taken(string kind) => Assert.Equal(Pem(kind, Body), Read(Pem(kind, Body)).Text);

    [Fact]
    public void A_key_in_OpenSSHs_form_is_taken() => Assert.Equal(OpenSsh("none"), Read(OpenSsh("none")).Text);

    [Fact]
    public void Line_ends_are_made_what_ssh_reads()
    {
        var key = OpenSsh("none");
        Assert.Equal(key, Read($"\n {key.Replace("\n", "\r\n", StringComparison.Ordinal).TrimEnd()}").Text);
    }

    [Theory]
    [InlineData("aes256-ctr")]
    [InlineData("chacha20-poly1305@openssh.com")]
    public void A_passphrase_of_OpenSSHs_form_is_seen(string cipher) => Assert.StartsWith("has a passphrase", ProblemOf(OpenSsh(cipher)), StringComparison.Ordinal);

    [Fact]
    public void A_passphrase_of_pem_is_seen()
    {
        Assert.StartsWith("has a passphrase", ProblemOf(Pem("RSA ", $"Proc-Type: 4,ENCRYPTED\nDEK-Info: AES-128-CBC,00\n\n{Body}")), StringComparison.Ordinal);
        Assert.StartsWith("has a passphrase", ProblemOf(Pem("ENCRYPTED ", Body)), StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("hunter2", "is no private key; it begins with a line such as -----BEGIN OPENSSH PRIVATE KEY-----")]
    [InlineData("-----BEGIN CERTIFICATE-----\nhunter2\n-----END CERTIFICATE-----", "is no private key")]
    [InlineData("-----BEGIN PUBLIC KEY-----\nhunter2\n-----END PUBLIC KEY-----", "is no private key")]
    [InlineData("-----BEGIN RSA PRIVATE KEY-----\nhunter2\0\n-----END RSA PRIVATE KEY-----", "is no private key")]
    [InlineData("-----BEGIN RSA PRIVATE KEY----- hunter2 -----END RSA PRIVATE KEY-----", "is no private key")]
    [InlineData("-----BEGIN PRIVATE KEY-----", "is cut short")]
    [InlineData("-----BEGIN RSA PRIVATE KEY-----\nhunter2", "is cut short")]
    [InlineData("-----BEGIN RSA PRIVATE KEY-----\nhunter2\n-----END EC PRIVATE KEY-----", "is cut short")]
    [InlineData("-----BEGIN OPENSSH PRIVATE KEY-----\nhunter2\n-----END OPENSSH PRIVATE KEY-----", "is no private key, though its first line says so")]
    [InlineData("-----BEGIN OPENSSH PRIVATE KEY-----\nb3BlbnNzaC1rZXktdjEA/////w==\n-----END OPENSSH PRIVATE KEY-----", "is no private key, though its first line says so")]
    [InlineData("ssh-ed25519 AAAAhunter2 ada", "is a public key; the private one is needed")]
    [InlineData("ecdsa-sha2-nistp256 AAAAhunter2", "is a public key")]
    [InlineData("PuTTY-User-Key-File-3: ssh-ed25519\nhunter2", "is a key of PuTTY")]
    public void What_is_no_key_is_told_without_repeating_it(string text, string problem)
    {
        Assert.StartsWith(problem, ProblemOf(text), StringComparison.Ordinal);
        Assert.DoesNotContain("hunter2", ProblemOf(text), StringComparison.Ordinal);
    }

    [Fact]
    public void A_text_that_is_far_too_long_is_no_key() =>
        Assert.Equal($"has {SshPrivateKey.MaxLength + 1} characters, a key has at most {SshPrivateKey.MaxLength}", ProblemOf(new string('x', SshPrivateKey.MaxLength + 1)));

    [Fact]
    public void A_key_does_not_print_itself() => Assert.Equal("***", Read(OpenSsh("none")).ToString());

    private static SshPrivateKey Read(string text)
    {
        Assert.True(SshPrivateKey.TryParse(text, out var key, out var problem), problem);
        return key;
    }

    private static string ProblemOf(string text)
    {
        Assert.False(SshPrivateKey.TryParse(text, out _, out var problem));
        return problem;
    }

    private static string Pem(string kind, string body) => $"-----BEGIN {kind}PRIVATE KEY-----\n{body}\n-----END {kind}PRIVATE KEY-----\n";

    /// <summary>As far as it is looked at: the magic word, and the name of the cipher with its length before it.</summary>
    private static string OpenSsh(string cipher) =>
        Pem("OPENSSH ", Convert.ToBase64String([.. "openssh-key-v1\0"u8, 0, 0, 0, (byte)cipher.Length, .. Encoding.ASCII.GetBytes(cipher), .. new byte[60]], Base64FormattingOptions.InsertLineBreaks).ReplaceLineEndings("\n"));
}
