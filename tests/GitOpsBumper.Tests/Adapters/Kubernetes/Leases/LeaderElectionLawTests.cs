using System.Text.Json.Nodes;
using FsCheck;
using FsCheck.Fluent;

namespace GitOpsBumper.Tests.Adapters.Kubernetes.Leases;

/// <summary>
/// Bots on machines whose clocks are wrong, that freeze, die and are stopped, on a network that delays and loses requests and answers. A seed
/// decides everything.
/// </summary>
public sealed class LeaderElectionLawTests
{
    private const int Bots = 3;
    private static readonly TimeSpan Trouble = TimeSpan.FromMinutes(4);
    private static readonly TimeSpan Calm = TimeSpan.FromSeconds(60);

    [Fact]
    public void There_are_never_two_leaders_and_always_one_soon_after_trouble_is_over() => Check.One(
        Config.QuickThrowOnFailure.WithMaxTest(300),
        Prop.ForAll(Gen.Choose(0, int.MaxValue).ToArbitrary(), seed => new Story(seed).Run()));

    [Fact]
    public void Of_a_dead_leader_another_one_takes_over_within_20_seconds() => Check.One(
        Config.QuickThrowOnFailure.WithMaxTest(300),
        Prop.ForAll(Gen.Choose(0, int.MaxValue).ToArbitrary(), seed => new Story(seed).KillTheLeader()));

    private sealed class Story
    {
        private readonly Random _random;
        private readonly VirtualTime _world = new();
        private readonly LeaseServer _server = new();
        private readonly Candidate[] _bots;
        private bool _isCalm;

        public Story(int seed)
        {
            _random = new Random(seed);
            _bots = [.. Enumerable.Range(0, Bots).Select(NewBot)];
        }

        public void Run()
        {
            _world.After(Seconds(0, 10), Disturb);
            _world.Run(Trouble, CheckLeaders);
            _isCalm = true;
            for (var number = 0; number < Bots; number++)
                StartAnew(number, onlyStopped: true);
            // Whoever is frozen wakes, what is on its way arrives, and then a lease has to run out at most.
            _world.Run(Calm, CheckLeaders);
            Assert.Single(_bots, bot => bot.IsLeader);
        }

        public void KillTheLeader()
        {
            _isCalm = true;
            _world.Run(TimeSpan.FromSeconds(30) + Seconds(0, 3), CheckLeaders);
            var leader = Assert.Single(_bots, bot => bot.IsLeader);
            leader.Machine.Kill();
            _world.Run(TimeSpan.FromSeconds(20), CheckLeaders);
            Assert.NotSame(leader, Assert.Single(_bots, bot => bot.IsLeader));
        }

        private void CheckLeaders()
        {
            var leaders = _bots.Where(bot => bot.IsLeader).Select(bot => bot.Election.Identity).ToList();
            Assert.True(leaders.Count <= 1, $"{string.Join(" and ", leaders)} lead at {TimeSpan.FromTicks(_world.Now)}");
        }

        private void Disturb()
        {
            if (_isCalm)
                return;
            var number = _random.Next(Bots);
            var bot = _bots[number];
            switch (_random.Next(6))
            {
                case 0:
                    bot.Machine.Freeze(Seconds(0, 25));
                    break;
                case 1:
                    bot.Machine.WallClockError += Seconds(-100_000, 100_000);
                    break;
                case 2:
                    StartAnew(number, onlyStopped: false);
                    break;
                case 3:
                    bot.Stop();
                    break;
                case 4:
                    StartAnew(number, onlyStopped: true);
                    break;
                case 5 when _server.Lease is not null:
                    _server.Change(lease => lease["metadata"]!["annotations"] = new JsonObject { ["note"] = $"{_random.Next()}" });
                    break;
            }

            _world.After(Seconds(0, 12), Disturb);
        }

        private void StartAnew(int number, bool onlyStopped)
        {
            if (onlyStopped && !_bots[number].IsStopped)
                return;
            _bots[number].Machine.Kill();
            _bots[number] = NewBot(number);
        }

        /// <summary>The pod's name stays, as in a container that is started anew.</summary>
        private Candidate NewBot(int number) =>
            new Candidate(_world, _server, $"bumper-{number}", machine: new Machine(_world, 0.9 + (0.2 * _random.NextDouble())), jitter: _random.NextDouble) { Network = Deliver }.Start();

        private Delivery Deliver()
        {
            if (_isCalm)
                return new Delivery(Seconds(0, 0.2), Seconds(0, 0.2));
            return _random.Next(20) switch
            {
                0 => Delivery.Lost,
                1 => new Delivery(Seconds(0, 8), null),
                2 => new Delivery(Seconds(0, 40), Seconds(0, 8)),
                3 => new Delivery(Seconds(0, 3), Seconds(0, 8)),
                _ => new Delivery(Seconds(0, 1), Seconds(0, 1)),
            };
        }

        private TimeSpan Seconds(double from, double to) => TimeSpan.FromSeconds(from + ((to - from) * _random.NextDouble()));
    }
}
