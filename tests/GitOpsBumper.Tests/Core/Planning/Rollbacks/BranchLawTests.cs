using FsCheck;
using FsCheck.Fluent;
using Microsoft.FSharp.Core;

namespace GitOpsBumper.Tests.Core.Planning.Rollbacks;

/// <summary>
/// Random stories of a branch with two applications, told to the bot and to a model of what people want, which knows nothing of trailers: what is held stays, what was taken back is not
/// written again, and whatever is newer than all of it is written at once.
/// </summary>
public sealed class BranchLawTests
{
    private const int Steps = 30;

    [Theory]
    [InlineData("semver", false, false, false)]
    [InlineData("semver", false, true, false)]
    [InlineData("semver", true, false, true)]
    [InlineData("semver", true, true, false)]
    [InlineData("numerical", false, false, true)]
    [InlineData("numerical", false, true, true)]
    [InlineData("newest-build", false, false, true)]
    [InlineData("newest-build", true, false, false)]
    [InlineData("newest-build", false, true, false)]
    [InlineData("newest-build", true, true, true)]
    public void Whatever_happens_to_a_branch_the_bot_never_fights_a_person(string strategy, bool pinsDigests, bool holds, bool isValuesFile) => Prop
        .ForAll(Stories, steps => new BranchPlay(new PlayForm(strategy, pinsDigests, holds, isValuesFile)).Run(steps))
        .Check(Config.QuickThrowOnFailure.WithMaxTest(400).WithReplay(Seed));

    /// <summary>The same four thousand stories on every machine; others with the variable GITOPSBUMPER_NEW_STORIES, for those who go looking.</summary>
    private static FSharpOption<Replay> Seed => Environment.GetEnvironmentVariable("GITOPSBUMPER_NEW_STORIES") is { Length: > 0 }
        ? FSharpOption<Replay>.None
        : FSharpOption<Replay>.Some(new Replay(new Rnd(20_261_121), FSharpOption<int>.None));

    /// <summary>A story that fails is told again without one step or the other, until none can be left out.</summary>
    private static Arbitrary<int[]> Stories => Arb.From(
        Gen.Choose(0, int.MaxValue).ArrayOf(Steps), steps => Enumerable.Range(0, steps.Length).Select(left => steps.Where((_, index) => index != left).ToArray()));
}
