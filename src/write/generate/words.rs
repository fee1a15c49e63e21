//! What made-up names are put together from.

/// A kind of goods or service.
#[derive(Debug)]
pub(super) struct Kind {
    /// What it is called.
    pub(super) vi: &'static str,
    /// The same in English.
    pub(super) en: &'static str,
    /// Product set of the law, 1-26.
    pub(super) set: i16,
    /// How often it occurs, beside the others.
    pub(super) weight: u32,
    /// What may follow its name.
    pub(super) qualifiers: &'static [&'static str],
}

const fn kind(set: i16, weight: u32, vi: &'static str, en: &'static str, qualifiers: &'static [&'static str]) -> Kind {
    Kind { vi, en, set, weight, qualifiers }
}

const FRESH: &[&str] = &["VietGAP", "hữu cơ", "ruột đỏ", "không hạt", "sớm", "loại một", "trái vụ", "chín cây"];
const MEAT: &[&str] = &["thảo mộc", "thả vườn", "sạch", "hữu cơ", "thả đồi", "tươi", "hút chân không"];
const RICE: &[&str] = &["ST25", "nếp cái hoa vàng", "tẻ đỏ", "nếp nương", "tám xoan", "séng cù", "Japonica", "hữu cơ", "huyết rồng", "lứt"];
const HONEY: &[&str] = &["rừng", "hoa rừng", "hoa nhãn", "bạc hà", "hoa cà phê", "hoa vải", "hoa tràm", "sú vẹt", "khoái", "nguyên chất"];
const DRIED: &[&str] = &["sấy dẻo", "sấy khô", "sấy thăng hoa", "rang muối", "tẩm gia vị", "nguyên vị", "hữu cơ", "hộp quà"];
const CAKE: &[&str] = &["gia truyền", "lá gai", "nhân dừa", "nhân đậu xanh", "mè đen", "lá cẩm", "mật mía", "gấc", "đặc biệt"];
const NOODLE: &[&str] = &["dong riềng", "ngũ sắc", "gạo lứt", "rau củ", "truyền thống", "khô", "tươi", "chùm ngây"];
const CURED: &[&str] = &["gác bếp", "một nắng", "lá chanh", "gia truyền", "tẩm sả ớt", "hút chân không", "truyền thống", "đặc biệt"];
const SAUCE: &[&str] = &["cá cơm", "cốt nhĩ", "40 độ đạm", "30 độ đạm", "ủ chượp", "truyền thống", "hạ thổ", "thượng hạng"];
const SPICE: &[&str] = &["đen", "cô đơn", "một nhánh", "tôm", "ớt xiêm", "mắc khén", "sấy khô", "hạt dổi", "tía"];
const TEA: &[&str] = &["Shan tuyết", "cổ thụ", "Ô long", "đinh", "nõn tôm", "ướp sen", "ướp nhài", "móc câu", "xanh", "hữu cơ"];
const HERB_TEA: &[&str] = &["túi lọc", "sấy thăng hoa", "hòa tan", "thượng hạng", "mộc", "cao cấp", "hữu cơ"];
const COFFEE: &[&str] = &["Arabica", "Robusta", "rang mộc", "nguyên hạt", "phin giấy", "đặc sản", "mật ong", "hòa tan", "chồn"];
const SPIRIT: &[&str] = &["nếp", "men lá", "ngô", "gạo", "hạ thổ", "San Lùng", "chưng cất", "nếp cái hoa vàng"];
const DRINK: &[&str] = &["nguyên chất", "lên men", "không đường", "đóng chai", "chanh leo", "gừng", "đông trùng hạ thảo"];
const HERB: &[&str] = &["hộp quà", "cô đặc", "viên nang", "tươi", "khô", "ngâm mật", "hữu cơ", "nguyên chất"];
const BODY: &[&str] = &["bồ kết", "sả chanh", "hương nhu", "vỏ bưởi", "nghệ", "dừa", "thảo dược", "cám gạo"];
const CRAFT: &[&str] = &["thủ công", "mỹ nghệ", "truyền thống", "khảm trai", "hoa văn cổ", "cao cấp", "mini", "trang trí"];
const CLOTH: &[&str] = &["dệt tay", "nhuộm chàm", "Thái", "Mông", "Tày", "Chăm", "Ê Đê", "hoa văn", "thêu tay"];
const PLANT: &[&str] = &["mini", "bonsai", "cổ thụ", "cắt cành", "chậu", "đột biến", "cao cấp"];
const STAY: &[&str] = &["cộng đồng", "sinh thái", "nhà sàn", "miệt vườn", "suối", "ven biển", "bản Mông", "nông trại"];

/// Kinds, by the set of the law.
pub(super) const KINDS: &[Kind] = &[
    kind(1, 4, "Bưởi", "Pomelo", FRESH),
    kind(1, 3, "Cam", "Orange", FRESH),
    kind(1, 3, "Xoài", "Mango", FRESH),
    kind(1, 2, "Thanh long", "Dragon fruit", FRESH),
    kind(1, 2, "Nhãn", "Longan", FRESH),
    kind(1, 2, "Vải thiều", "Lychee", FRESH),
    kind(1, 2, "Sầu riêng", "Durian", FRESH),
    kind(1, 2, "Dưa lưới", "Cantaloupe", FRESH),
    kind(1, 2, "Na", "Custard apple", FRESH),
    kind(1, 2, "Khoai lang", "Sweet potato", FRESH),
    kind(1, 2, "Rau an toàn", "Safe vegetables", FRESH),
    kind(2, 2, "Trứng gà", "Chicken eggs", MEAT),
    kind(2, 2, "Trứng vịt", "Duck eggs", MEAT),
    kind(2, 2, "Gà đồi", "Hill chicken", MEAT),
    kind(2, 1, "Thịt lợn", "Pork", MEAT),
    kind(2, 1, "Tôm sú", "Tiger prawn", MEAT),
    kind(2, 1, "Cá lồng", "Cage fish", MEAT),
    kind(3, 7, "Gạo", "Rice", RICE),
    kind(3, 1, "Lạc nhân", "Peanuts", FRESH),
    kind(3, 1, "Nấm hương", "Shiitake", DRIED),
    kind(3, 1, "Mộc nhĩ", "Wood ear", DRIED),
    kind(3, 1, "Đậu nành", "Soybeans", FRESH),
    kind(4, 5, "Mật ong", "Honey", HONEY),
    kind(4, 1, "Phấn hoa", "Bee pollen", HONEY),
    kind(4, 1, "Yến sào", "Bird's nest", HERB),
    kind(5, 1, "Cơm cháy", "Crispy rice", CURED),
    kind(5, 1, "Cháo sen", "Lotus porridge", DRIED),
    kind(5, 1, "Xôi nếp", "Sticky rice", CAKE),
    kind(6, 4, "Miến", "Glass noodles", NOODLE),
    kind(6, 3, "Bún khô", "Dried rice vermicelli", NOODLE),
    kind(6, 2, "Mì Quảng", "Quang noodles", NOODLE),
    kind(6, 3, "Bánh tráng", "Rice paper", CAKE),
    kind(6, 2, "Bánh đa", "Rice crackers", CAKE),
    kind(6, 2, "Bánh gai", "Ramie leaf cake", CAKE),
    kind(6, 2, "Bánh chưng", "Chung cake", CAKE),
    kind(6, 1, "Bánh pía", "Pia cake", CAKE),
    kind(6, 1, "Bánh tét", "Tet cake", CAKE),
    kind(6, 1, "Bánh khảo", "Khao cake", CAKE),
    kind(7, 4, "Hạt điều", "Cashew nuts", DRIED),
    kind(7, 2, "Mít", "Jackfruit", DRIED),
    kind(7, 2, "Chuối", "Banana", DRIED),
    kind(7, 1, "Hồng treo gió", "Hanging persimmon", DRIED),
    kind(7, 2, "Măng", "Bamboo shoots", DRIED),
    kind(7, 1, "Kẹo dừa", "Coconut candy", CAKE),
    kind(7, 1, "Hạt sen", "Lotus seeds", DRIED),
    kind(7, 2, "Tinh bột nghệ", "Turmeric starch", HERB),
    kind(7, 1, "Dưa cải muối", "Pickled mustard greens", CURED),
    kind(7, 1, "Mắc ca", "Macadamia nuts", DRIED),
    kind(8, 3, "Giò lụa", "Pork sausage", CURED),
    kind(8, 3, "Chả cá", "Fish cake", CURED),
    kind(8, 2, "Chả mực", "Squid cake", CURED),
    kind(8, 3, "Thịt trâu", "Buffalo meat", CURED),
    kind(8, 3, "Lạp xưởng", "Chinese sausage", CURED),
    kind(8, 2, "Nem chua", "Fermented pork roll", CURED),
    kind(8, 2, "Cá khô", "Dried fish", CURED),
    kind(8, 2, "Tôm khô", "Dried shrimp", CURED),
    kind(8, 1, "Khô bò", "Beef jerky", CURED),
    kind(8, 1, "Ruốc", "Meat floss", CURED),
    kind(9, 5, "Nước mắm", "Fish sauce", SAUCE),
    kind(9, 2, "Mắm tôm", "Shrimp paste", SAUCE),
    kind(9, 2, "Mắm ruốc", "Krill paste", SAUCE),
    kind(9, 1, "Mắm cá linh", "Linh fish paste", SAUCE),
    kind(9, 1, "Tương", "Soybean sauce", SAUCE),
    kind(9, 1, "Dầu lạc", "Peanut oil", DRINK),
    kind(9, 1, "Giấm gạo", "Rice vinegar", DRINK),
    kind(10, 3, "Tỏi", "Garlic", SPICE),
    kind(10, 2, "Hồ tiêu", "Pepper", SPICE),
    kind(10, 2, "Muối", "Salt", SPICE),
    kind(10, 1, "Hành tím", "Shallot", SPICE),
    kind(10, 1, "Chẩm chéo", "Cham cheo dip", SPICE),
    kind(11, 6, "Chè", "Tea", TEA),
    kind(11, 1, "Bạch trà", "White tea", TEA),
    kind(11, 1, "Hồng trà", "Black tea", TEA),
    kind(12, 1, "Trà hoa vàng", "Golden camellia tea", HERB_TEA),
    kind(12, 1, "Trà atiso", "Artichoke tea", HERB_TEA),
    kind(12, 1, "Trà sen", "Lotus tea", HERB_TEA),
    kind(12, 1, "Trà gừng", "Ginger tea", HERB_TEA),
    kind(12, 1, "Trà mướp đắng", "Bitter melon tea", HERB_TEA),
    kind(12, 1, "Trà cà gai leo", "Solanum tea", HERB_TEA),
    kind(13, 4, "Cà phê", "Coffee", COFFEE),
    kind(13, 1, "Ca cao", "Cocoa", COFFEE),
    kind(13, 1, "Sô cô la", "Chocolate", COFFEE),
    kind(14, 4, "Rượu", "Spirit", SPIRIT),
    kind(15, 2, "Rượu vang", "Wine", DRINK),
    kind(15, 1, "Rượu cần", "Jar wine", SPIRIT),
    kind(15, 1, "Rượu mơ", "Apricot wine", DRINK),
    kind(16, 1, "Nước uống", "Drinking water", DRINK),
    kind(17, 1, "Nước cốt chanh dây", "Passion fruit juice", DRINK),
    kind(17, 1, "Nước dừa", "Coconut water", DRINK),
    kind(17, 1, "Sữa hạt sen", "Lotus seed milk", DRINK),
    kind(18, 2, "Đông trùng hạ thảo", "Cordyceps", HERB),
    kind(18, 1, "Cao cà gai leo", "Solanum extract", HERB),
    kind(18, 1, "Viên nghệ mật ong", "Turmeric and honey pills", HERB),
    kind(19, 1, "Dầu gội", "Shampoo", BODY),
    kind(19, 1, "Xà phòng", "Soap", BODY),
    kind(20, 2, "Tinh dầu", "Essential oil", BODY),
    kind(20, 1, "Sâm", "Ginseng", HERB),
    kind(20, 1, "Nấm linh chi", "Lingzhi", HERB),
    kind(20, 1, "Ba kích", "Morinda", HERB),
    kind(21, 2, "Đồ mây tre đan", "Rattan and bamboo ware", CRAFT),
    kind(21, 2, "Gốm", "Pottery", CRAFT),
    kind(21, 1, "Chiếu cói", "Sedge mat", CRAFT),
    kind(21, 1, "Nón lá", "Conical hat", CRAFT),
    kind(21, 1, "Tượng gỗ", "Wooden statue", CRAFT),
    kind(21, 1, "Tranh đá quý", "Gemstone picture", CRAFT),
    kind(21, 1, "Trống đồng", "Bronze drum", CRAFT),
    kind(22, 2, "Thổ cẩm", "Brocade", CLOTH),
    kind(22, 1, "Khăn lụa", "Silk scarf", CLOTH),
    kind(22, 1, "Túi thổ cẩm", "Brocade bag", CLOTH),
    kind(23, 1, "Hoa lan", "Orchid", PLANT),
    kind(23, 1, "Hoa đào", "Peach blossom", PLANT),
    kind(24, 1, "Cây mai vàng", "Yellow apricot tree", PLANT),
    kind(24, 1, "Cây cảnh", "Ornamental tree", PLANT),
    kind(25, 1, "Cá koi", "Koi carp", PLANT),
    kind(26, 1, "Homestay", "Homestay", STAY),
    kind(26, 1, "Điểm du lịch", "Tourist site", STAY),
    kind(26, 1, "Làng du lịch", "Tourist village", STAY),
];

/// Beginnings and ends of made-up brands.
pub(super) const BRANDS: (&[&str], &[&str]) = (
    &[
        "An",
        "Bảo",
        "Bình",
        "Đại",
        "Gia",
        "Hải",
        "Hoàng",
        "Hồng",
        "Hương",
        "Kim",
        "Long",
        "Minh",
        "Ngọc",
        "Phú",
        "Quang",
        "Tân",
        "Thanh",
        "Thiên",
        "Trường",
        "Vạn",
        "Việt",
        "Xuân",
    ],
    &[
        "Cường", "Đức", "Hà", "Hưng", "Khang", "Khánh", "Lộc", "Lợi", "Nguyên", "Phát", "Phúc", "Quý", "Sơn", "Tâm", "Thành", "Thịnh",
        "Tiến", "Trí", "Vinh", "Xanh",
    ],
);

/// Family, middle and given names of made-up persons.
pub(super) const PERSONS: (&[&str], &[&str], &[&str]) = (
    &[
        "Nguyễn", "Nguyễn", "Nguyễn", "Trần", "Trần", "Lê", "Lê", "Phạm", "Hoàng", "Huỳnh", "Phan", "Vũ", "Võ", "Đặng", "Bùi", "Đỗ", "Hồ",
        "Ngô", "Dương", "Lý", "Nông", "Lò", "Giàng", "Vàng", "Thạch", "Sơn", "Kim", "Lương",
    ],
    &[
        "Văn", "Thị", "Đức", "Minh", "Hữu", "Quang", "Xuân", "Ngọc", "Thanh", "Kim", "Thu", "Hồng", "Công", "Đình", "Bá", "Thành", "Anh",
        "Mỹ",
    ],
    &[
        "Hùng", "Dũng", "Hạnh", "Hoa", "Lan", "Mai", "Nga", "Oanh", "Phương", "Quyên", "Sáu", "Tám", "Tuấn", "Thảo", "Thủy", "Trang", "Tú",
        "Vân", "Yến", "Bích", "Chiến", "Cúc", "Điệp", "Đông", "Hà", "Hiền", "Hòa", "Khoa", "Kiên", "Lâm", "Liên", "Loan", "Long", "Ly",
        "Nam", "Nhung", "Phúc", "Quân", "Sang", "Sinh", "Thắng", "Thuận", "Tâm", "Tình", "Toàn", "Trung", "Tuyết", "Út", "Việt", "Xuyến",
    ],
);
