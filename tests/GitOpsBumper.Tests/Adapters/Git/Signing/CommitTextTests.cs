using System.Text;
using GitOpsBumper.Adapters.Git;
using GitOpsBumper.Adapters.Git.Signing;

namespace GitOpsBumper.Tests.Adapters.Git.Signing;

public sealed class CommitTextTests
{
    private static readonly CommitId Parent = CommitId.Parse("a".PadRight(40, '0'))!;

    private static readonly CommitIdentity People = new(new GitIdentity("Ada Ü", "ada@example.com"), new GitIdentity("Bot", "bot@example.com"));

    private readonly CommitText _text = new("b".PadRight(40, '0'), Parent, People, DateTimeOffset.FromUnixTimeSeconds(1_767_225_600), "Subject\n\nKey: value\n");

    [Fact]
    public void What_is_signed_is_the_commit_without_a_signature() => Assert.Equal(
        """
        tree b000000000000000000000000000000000000000
        parent a000000000000000000000000000000000000000
        author Ada Ü <ada@example.com> 1767225600 +0000
        committer Bot <bot@example.com> 1767225600 +0000

        Subject

        Key: value

        """.ReplaceLineEndings("\n"),
        Encoding.UTF8.GetString(_text.Payload));

    [Theory]
    [InlineData(false, "gpgsig")]
    [InlineData(true, "gpgsig-sha256")]
    public void A_signature_is_a_header_whose_further_lines_are_set_in(bool isLong, string header) => Assert.EndsWith(
        $"> 1767225600 +0000\n{header} -----BEGIN-----\n \n line\n -----END-----\n\nSubject\n\nKey: value\n",
        Encoding.UTF8.GetString(_text.With("-----BEGIN-----\n\nline\n-----END-----\n", isLong)),
        StringComparison.Ordinal);

    [Theory]
    // As printf '%s' text | git hash-object -t commit --stdin --literally says.
    [InlineData(false, "82440107756310ae3f85f4b6daf86dc35395e84e")]
    [InlineData(true, "19b559a5bd7ca1a8d038f80aa49030d1d61b23a63ccadcf757f2d17b74cd4f4b")]
    public void The_id_of_a_commit_is_the_one_that_git_gives_it(bool isLong, string expected) => Assert.Equal(expected, CommitText.IdOf(_text.Payload, isLong).Hex);
}
