using FsCheck;
using FsCheck.Fluent;
using GitOpsBumper.Api.Approvals;
using GitOpsBumper.Core.Approvals;
using GitOpsBumper.Core.Images;

namespace GitOpsBumper.Tests.Api.Approvals;

public sealed class SignedRejectionTests
{
    private static readonly ImageVersion Longest = ImageVersion.TryParse($"{new string('9', Tag.MaxLength)}@sha512:{new string('a', 128)}", out var version, out var problem) ? version : throw new InvalidOperationException(problem);

    [Fact]
    public void Whatever_reason_and_name_are_it_is_read_again_as_it_was_written() => Check.One(
        Config.QuickThrowOnFailure.WithMaxTest(1_000),
        Prop.ForAll(Texts(1).ToArbitrary(), Texts(2).ToArbitrary(), (reason, name) =>
        {
            var written = SignedRejection.Of(Longest, reason, name);
            var state = ApprovalState.Read("gitopsbumper.io/web.", key => key == ApprovalKeys.Rejected ? written.ToString() : null);
            return state is { Mistakes: [], Rejections: [var read] } && read.Version == Longest && read.Reason == written.Reason!.Trim();
        }));

    [Fact]
    public void The_name_is_kept_and_the_reason_is_shortened()
    {
        var name = $"user system:serviceaccount:{new string('s', 63)}:{new string('n', 253)}";
        Assert.EndsWith($" ({name})", SignedRejection.Of(Longest, new string('r', 500), name).Reason, StringComparison.Ordinal);
        Assert.Equal("breaks the checkout (user ada  lovelace)", SignedRejection.Of(Longest, "breaks\nthe checkout", "user ada\r\nlovelace").Reason);
    }

    /// <summary>Of any length, with line ends and halves of surrogate pairs at any place.</summary>
    private static Gen<string> Texts(int least) =>
        from part in Gen.Elements("a", "ä", "\n", "\r\n", "😀", "\ud83d", " ", "(", ")").NonEmptyListOf()
        from times in Gen.Choose(least, 600)
        select string.Concat(Enumerable.Repeat(string.Concat(part), times));
}
