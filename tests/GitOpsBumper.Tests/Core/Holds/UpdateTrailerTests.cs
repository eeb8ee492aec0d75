using FsCheck;
using FsCheck.Fluent;
using GitOpsBumper.Core.Applications;
using GitOpsBumper.Core.Holds;

namespace GitOpsBumper.Tests.Core.Holds;

public sealed class UpdateTrailerTests
{
    private static readonly NamespacedName Web = new("argocd", "web");

    [Theory]
    [InlineData("old tag", "old_tag")]
    [InlineData(" 1\n2 ", "1_2")]
    [InlineData("a\tb\rc\u0085d\u00a0e\u2028f\0g", "a_b_c_d_e_f_g")]
    [InlineData("  ", "-")]
    [InlineData("", "-")]
    public void Blanks_and_line_ends_become_one_word(string old, string written) =>
        Assert.Equal($"Bumper-Update: argocd/web web image {written} 2", new UpdateTrailer(Web, "web", "image", old, "2").ToString());

    [Theory]
    [InlineData("Bumper-Update: argocd/web web image 1")]
    [InlineData("Bumper-Update: argocd/web web image 1 2 3")]
    [InlineData("Bumper-Update: web web image 1 2")]
    [InlineData("Bumper-Updates: argocd/web web image 1 2")]
    [InlineData(" Bumper-Update: argocd/web web image 1 2")]
    [InlineData("> Bumper-Update: argocd/web web image 1 2")]
    [InlineData("")]
    public void What_is_not_quite_a_trailer_is_none(string line) => Assert.False(UpdateTrailer.TryParse(line, out _));

    [Fact]
    public void The_key_may_be_written_as_git_allows_it()
    {
        Assert.True(UpdateTrailer.TryParse("bumper-update:   argocd/web   -  image  -  2", out var trailer));
        Assert.Equal(new UpdateTrailer(Web, null, "image", null, "2"), trailer);
    }

    [Fact]
    public void Squashed_and_merged_bodies_lose_none_of_them() => Assert.Equal(
        ["1", "2", "3"],
        Updates(
            "Merge pull request #7 from bot/web\r\n\r\n* build: automatic update of web\r\n\r\nBumper-Update: argocd/web web i - 1\r\n\r\n"
            + "* again\n\n    Bumper-Update: argocd/web web i 1 2\n\nBumper-Update: argocd/web - i 2 3\nCo-authored-by: A <a@b>\n\n(cherry picked from commit 1)\n> Bumper-Update: argocd/web - i 3 4").Select(trailer => trailer.NewValue));

    [Fact]
    public void Who_and_why_are_plain_text_of_a_bearable_length()
    {
        var placed = Assert.Single(UpdateCommit.Read("", default, $"Bumper-Pin: argocd/web web i 1 2\nBumper-By: \u001b[31mEve\u0007\nBumper-Reason: {new string('r', 499)}\U0001F680\n").Trailers);
        Assert.Equal((" [31mEve ", new string('r', 499) + "..."), (placed.By, placed.Reason));
    }

    [Fact]
    public void What_is_written_is_one_line_and_read_again_says_the_same() => Prop
        .ForAll(Gen.Elements("a", "-", " ", "\n", "\t", "\r", "\u2028", ":", "@", "sha256:0", "é", "\U0001F680", "\0", "Bumper-Update: x/y a b c d").ListOf().ArrayOf(4).ToArbitrary(), parts =>
        {
            var texts = parts.Select(part => string.Concat(part)).ToArray();
            var line = new UpdateTrailer(Web, texts[0], texts[1], texts[2], texts[3]).ToString();
            return line.Split('\n', '\r', '\u2028', '\0').Length == 1
                && UpdateTrailer.TryParse(line, out var read)
                && read.ToString() == line
                && Updates($"subject\n\n{line}\n").SequenceEqual([read]);
        })
        .Check(Config.QuickThrowOnFailure.WithMaxTest(1000));

    private static IReadOnlyList<UpdateTrailer> Updates(string message) => [.. UpdateCommit.Read("", default, message).Trailers.Select(placed => placed.Trailer).OfType<UpdateTrailer>()];
}
