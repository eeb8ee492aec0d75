using GitOpsBumper.Adapters.Git;
using GitOpsBumper.Controller.Reconciling;
using GitOpsBumper.Core.Applications;
using GitOpsBumper.Hosting.Cycles;

namespace GitOpsBumper.Tests.Hosting.Cycles;

public sealed class RepositoriesInWorkTests
{
    private static readonly GitRemote Remote = new(RepositoryUrl.TryParse("https://git.example.com/apps.git", out var url, out _) ? url : throw new InvalidOperationException(), null);

    private readonly RepositoriesInWork _repositories = new();

    [Fact]
    public void What_is_left_to_an_earlier_cycle_is_looked_at_again_after_it()
    {
        var (first, second) = (Full(), Full());
        Assert.True(_repositories.TryBegin(Remote, first));
        Assert.False(_repositories.TryBegin(Remote, second));
        // The one that left it out ends nothing.
        Assert.False(_repositories.End(Remote, second));
        Assert.True(_repositories.End(Remote, first));
        Assert.False(_repositories.End(Remote, first));

        Assert.True(_repositories.TryBegin(Remote, second));
        Assert.False(_repositories.End(Remote, second));
    }

    [Fact]
    public void Small_cycles_wait_for_their_turn_and_take_nothing()
    {
        var small = new CycleOrder(CycleKind.Partial, new HashSet<NamespacedName>());
        Assert.True(_repositories.TryBegin(Remote, Full()));
        Assert.True(_repositories.TryBegin(Remote, small));
        Assert.False(_repositories.End(Remote, small));
        Assert.False(_repositories.TryBegin(Remote, Full()));
    }

    private static CycleOrder Full() => new(CycleKind.Full, null);
}
